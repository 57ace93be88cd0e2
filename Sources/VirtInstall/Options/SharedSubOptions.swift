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
            xml.flag("clearxml", roles: .allowed) { run, isOn in try run.clear(isOn ?? false) }
        }
        if contains(.xpath) { declareXPath(in: &xml) }
        if contains(.device) { declareDevice(in: &xml) }
        if contains(.bootOrder) {
            xml.option("boot.order", "boot_order", roles: .allowed) { run, value in
                try run.guest.setBootOrder(of: run.node, value)
            }
        }
        if contains(.loadParameter) {
            xml.option("boot.loadparm", at: "boot/@loadparm", roles: .refused)
        }
        if contains(.virtio) { declareVirtio(in: &xml) }
    }

    private func declareXPath(in xml: inout SubOptions) {
        let add = { (field: XPathChange.Field) in
            { (run: OptionRun, value: String?, index: Int) in
                run.addXPathChange(index, field, value)
            }
        }
        xml.indexedOption("xpath#.delete", commas: true, roles: .allowed, apply: add(.delete))
        xml.indexedOption("xpath#.set", commas: true, roles: .allowed, apply: add(.set))
        xml.indexedOption("xpath#.create", commas: true, roles: .allowed, apply: add(.create))
        xml.indexedOption("xpath#.value", commas: true, roles: .allowed, apply: add(.value))
    }

    private func declareDevice(in xml: inout SubOptions) {
        xml.option("address.type", at: "address/@type", roles: .allowed)
        xml.option("address.domain", at: "address/@domain", .integer, roles: .allowed)
        xml.option("address.bus", at: "address/@bus", .integer, roles: .allowed)
        xml.option("address.slot", at: "address/@slot", .integer, roles: .allowed)
        xml.option("address.multifunction", at: "address/@multifunction", .onOff, roles: .allowed)
        xml.option("address.function", at: "address/@function", .integer, roles: .allowed)
        xml.option("address.controller", at: "address/@controller", .integer, roles: .allowed)
        xml.option("address.unit", at: "address/@unit", .integer, roles: .allowed)
        xml.option("address.port", at: "address/@port", .integer, roles: .refused)
        xml.option("address.target", at: "address/@target", .integer, roles: .allowed)
        xml.option("address.reg", at: "address/@reg", roles: .refused)
        xml.option("address.cssid", at: "address/@cssid", roles: .refused)
        xml.option("address.ssid", at: "address/@ssid", roles: .refused)
        xml.option("address.devno", at: "address/@devno", roles: .refused)
        xml.option("address.iobase", at: "address/@iobase", roles: .refused)
        xml.option("address.irq", at: "address/@irq", roles: .refused)
        xml.option("address.base", at: "address/@base", roles: .refused)
        xml.option("address.zpci.uid", at: "address/zpci/@uid", roles: .refused)
        xml.option("address.zpci.fid", at: "address/zpci/@fid", roles: .refused)
        xml.option("alias.name", at: "alias/@name", roles: .allowed)
    }

    private func declareVirtio(in xml: inout SubOptions) {
        xml.option("driver.ats", at: "driver/@ats", .onOff, roles: .refused)
        xml.option("driver.iommu", at: "driver/@iommu", .onOff, roles: .refused)
        xml.option("driver.packed", at: "driver/@packed", .onOff, roles: .refused)
        xml.option("driver.page_per_vq", at: "driver/@page_per_vq", .onOff, roles: .refused)
    }
}
