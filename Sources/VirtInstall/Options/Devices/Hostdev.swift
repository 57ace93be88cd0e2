import InstallMedia
import XML

extension InstallOption {
    /// virt-install 4.1.0: `ParserHostdev`.
    static let hostdev = InstallOption(
        "hostdev", .device("hostdev"), first: ["name"],
        sharing: [.clearXML, .xpath, .device, .bootOrder]
    ) { xml in
        xml.option("type", at: "@type", roles: .refused)
        // Must come after `type`, which decides what the name is.
        xml.option("name", roles: .refused, apply: setHostDevice)
        xml.option("driver.name", "driver_name", at: "driver/@name", roles: .refused)
        xml.option("rom.bar", "rom_bar", at: "rom/@bar", .onOff, roles: .refused)
        xml.since(.v51) { xml in
            xml.option("source.startupPolicy", at: "source/@startupPolicy", roles: .refused)
        }
        xml.defaults { device, guest in
            device.setIfMissing("@managed", guest.host.isXen ? "no" : "yes")
            device.setIfMissing("@mode", "subsystem")
        }
    }
}

private func setHostDevice(_ run: OptionRun, _ value: String?) throws {
    // Devices of the host that a container uses by their path.
    let kinds = ["net": "source/interface", "misc": "source/char", "storage": "source/block"]
    if let path = kinds[run.value("@type") ?? ""] {
        run.set("@mode", "capabilities")
        return run.set(path, value)
    }
    let host = run.guest.host
    try describe(run, try hostDevice(value ?? "", on: host), on: host)
}

/// A device of the host, by its name in libvirt or by its address.
/// virt-install 4.1.0: `_lookupNodedevFromString`.
func hostDevice(_ text: String, on host: TargetHost) throws -> Node {
    let devices = try host.nodeDevices()
    if let named = devices.first(where: { $0.value("name") == text }) { return named }
    let wanted = try HostAddress(text)
    let found = devices.filter { wanted.fits($0) }
    guard found.count < 2 else {
        throw OptionMistake("\(text) corresponds to multiple node devices")
    }
    guard let device = found.first else {
        throw OptionMistake("Did not find a matching node device for '\(text)'")
    }
    return device
}

/// An address of a USB device, `bus.device` or `vendor:product`, or of a PCI device,
/// `[domain:]bus:slot.function`.
private struct HostAddress {
    let kind: String
    /// The numbers that the device must have, by their paths in its capability.
    let values: [(path: String, number: Int)]

    init(_ text: String) throws {
        if let address = PCIAddress(text) {
            kind = "pci"
            values = [
                ("domain", try hexadecimal(address.domain ?? "0")),
                ("function", try hexadecimal(address.function)),
                ("slot", try hexadecimal(address.slot)),
                ("bus", try hexadecimal(address.bus ?? "0")),
            ]
        } else if text.contains(":") {
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2 else {
                throw OptionMistake("too many values to unpack (expected 2)")
            }
            kind = "usb_device"
            values = [
                ("vendor/@id", try hexadecimal(String(parts[0]))),
                ("product/@id", try hexadecimal(String(parts[1]))),
            ]
        } else if let point = text.firstIndex(of: ".") {
            kind = "usb_device"
            values = [
                ("bus", Int(text[..<point]) ?? -1),
                ("device", Int(text[text.index(after: point)...]) ?? -1),
            ]
        } else {
            throw OptionMistake("Unknown hostdev address string format '\(text)'")
        }
    }

    func fits(_ device: Node) -> Bool {
        guard let capability = device.element("capability"), capability["type"] == kind else {
            return false
        }
        return values.allSatisfy { path, number in
            // As in virt-install, a part of the text that is not a number matches any device.
            number == -1 || numberOrMinusOne(capability.value(path)) == number
        }
    }
}

private func hexadecimal(_ text: String) throws -> Int {
    guard let number = pythonInteger(text, radix: 16) else {
        throw OptionMistake("invalid literal for int() with base 16: \(pythonQuoted(text))")
    }
    return number
}

/// A number in the XML of a device; -1 if there is none.
private func numberOrMinusOne(_ text: String?) -> Int {
    guard let text else { return -1 }
    return text.contains("0x") ? pythonInteger(text, radix: 16) ?? -1 : Int(text) ?? -1
}

/// Fills the element with the address of the device.
private func describe(_ run: OptionRun, _ device: Node, on host: TargetHost) throws {
    guard let capability = device.element("capability") else { return }
    let source = "source/address/@"
    switch capability["type"] {
    case "pci":
        run.set("@type", "pci")
        for name in ["domain", "bus", "slot", "function"] {
            run.set(source + name, capability.value(name))
        }
    case "usb_device":
        run.set("@type", "usb")
        let (vendor, product) = (capability.value("vendor/@id"), capability.value("product/@id"))
        run.set("source/vendor/@id", vendor)
        run.set("source/product/@id", product)
        let twins = try host.nodeDevices().filter { other in
            other.value("capability/@type") == "usb_device"
                && other.value("capability/vendor/@id") == vendor
                && other.value("capability/product/@id") == product
        }
        // Vendor and product are not enough for one of several equal devices.
        if twins.count > 1 {
            run.set(source + "bus", capability.value("bus"))
            run.set(source + "device", capability.value("device"))
        }
    case "net":
        // The PCI or USB device is handed over, not its network interface.
        let name = device.value("parent")
        guard let parent = try host.nodeDevices().first(where: { $0.value("name") == name })
        else { throw OptionMistake("'NoneType' object has no attribute 'get_xml'") }
        try describe(run, parent, on: host)
    case "scsi":
        run.set("@type", "scsi")
        run.set("source/adapter/@name", "scsi_host\(capability.value("host") ?? "")")
        for (name, path) in [("bus", "bus"), ("target", "target"), ("unit", "lun")] {
            run.set(source + name, capability.value(path))
        }
        run.set("@managed", "no")
    case "mdev": try describeMediated(run, device, capability)
    case let type:
        throw OptionMistake("Unsupported node device type '\(type ?? "None")'")
    }
}

private func describeMediated(_ run: OptionRun, _ device: Node, _ capability: Node) throws {
    run.set("@type", "mdev")
    let type = capability.value("type/@id") ?? ""
    switch type {
    case "vfio_ccw-io", "vfio_ap-passthrough":
        run.set("@model", type == "vfio_ccw-io" ? "vfio-ccw" : "vfio-ap")
        run.set("@managed", "no")
    case let type where type.hasPrefix("nvidia-") || type.hasPrefix("i915-GVTg_V"):
        run.set("@model", "vfio-pci")
        run.set("@managed", "yes")
        run.set("@display", "off")
        run.set("@ramfb", "off")
    default:
        throw OptionMistake("Don't know how to generate nodedev for mdev type id '\(type)'")
    }
    // Older libvirt does not report the UUID. It is in the name: `mdev_8e37ee90_2b51_...`
    let name = (device.value("name") ?? "").dropFirst(5).map { $0 == "_" ? "-" : $0 }
    run.set("source/address/@uuid", capability.value("uuid") ?? String(name))
}
