/// Sub-options that several options have. They come before the option's own.
struct SharedSubOptions: OptionSet, Sendable {
    let rawValue: Int
    static let clearXML = Self(rawValue: 1)
    static let xpath = Self(rawValue: 2)
    static let device = Self(rawValue: 4)
    static let bootOrder = Self(rawValue: 8)
    static let loadParameter = Self(rawValue: 16)
    static let virtio = Self(rawValue: 32)

    func declare(in xml: inout SubOptions) {
        if contains(.clearXML) {
            xml.flag("clearxml") { run, isOn in try run.clear(isOn ?? false) }
        }
        if contains(.xpath) { declareXPath(in: &xml) }
        if contains(.device) { declareDevice(in: &xml) }
        if contains(.bootOrder) {
            xml.option("boot.order", "boot_order") { run, value in
                try run.guest.setBootOrder(of: run.node, value)
            }
        }
        if contains(.loadParameter) { xml.option("boot.loadparm", at: "boot/@loadparm") }
        if contains(.virtio) { declareVirtio(in: &xml) }
    }

    private func declareXPath(in xml: inout SubOptions) {
        let add = { (field: XPathChange.Field) in
            { (run: OptionRun, value: String?, index: Int) in
                run.addXPathChange(index, field, value)
            }
        }
        xml.indexedOption("xpath#.delete", commas: true, apply: add(.delete))
        xml.indexedOption("xpath#.set", commas: true, apply: add(.set))
        xml.indexedOption("xpath#.create", commas: true, apply: add(.create))
        xml.indexedOption("xpath#.value", commas: true, apply: add(.value))
    }

    private func declareDevice(in xml: inout SubOptions) {
        xml.option("address.type", at: "address/@type")
        xml.option("address.domain", at: "address/@domain", .integer)
        xml.option("address.bus", at: "address/@bus", .integer)
        xml.option("address.slot", at: "address/@slot", .integer)
        xml.option("address.multifunction", at: "address/@multifunction", .onOff)
        xml.option("address.function", at: "address/@function", .integer)
        xml.option("address.controller", at: "address/@controller", .integer)
        xml.option("address.unit", at: "address/@unit", .integer)
        xml.option("address.port", at: "address/@port", .integer)
        xml.option("address.target", at: "address/@target", .integer)
        xml.option("address.reg", at: "address/@reg")
        xml.option("address.cssid", at: "address/@cssid")
        xml.option("address.ssid", at: "address/@ssid")
        xml.option("address.devno", at: "address/@devno")
        xml.option("address.iobase", at: "address/@iobase")
        xml.option("address.irq", at: "address/@irq")
        xml.option("address.base", at: "address/@base")
        xml.option("address.zpci.uid", at: "address/zpci/@uid")
        xml.option("address.zpci.fid", at: "address/zpci/@fid")
        xml.option("alias.name", at: "alias/@name")
    }

    private func declareVirtio(in xml: inout SubOptions) {
        xml.option("driver.ats", at: "driver/@ats", .onOff)
        xml.option("driver.iommu", at: "driver/@iommu", .onOff)
        xml.option("driver.packed", at: "driver/@packed", .onOff)
        xml.option("driver.page_per_vq", at: "driver/@page_per_vq", .onOff)
    }
}
