import XML

extension InstallOption {
    static let controller = InstallOption(
        "controller", at: "devices/controller", makes: true, first: ["type"],
        sharing: [.clearXML, .xpath, .device, .virtio], prepare: prepareController,
        take: takeController,
        table: """
            type @type
            model @model
            index @index int
            maxGrantFrames @maxGrantFrames int
            vectors @vectors int
            master.startport|master master/@startport int
            driver.iothread driver/@iothread int
            driver.queues|driver_queues driver/@queues int
            target.chassisNr target/@chassisNr int
            target.chassis target/@chassis int
            target.port target/@port int
            target.hotplug target/@hotplug
            target.busNr target/@busNr int
            target.index target/@index int
            target.node target/node int
            address - call
            num_pcie_root_ports - call
            """)
}

private func prepareController(_ run: OptionRun) throws -> Bool {
    switch run.text {
    case "usb2": addUSB2Controllers(run.guest)
    case "usb3": addUSB3Controller(run.guest)
    default:
        guard let value = run.given.take("num_pcie_root_ports") else { return true }
        run.guest.rootPorts = try decimal(value ?? "None")
    }
    return false
}

/// An EHCI controller and its companions for slower devices.
func addUSB2Controllers(_ guest: Guest) {
    let models = [
        ("ich9-ehci1", nil), ("ich9-uhci1", "0"), ("ich9-uhci2", "2"), ("ich9-uhci3", "4"),
    ]
    for (model, port) in models {
        let controller = guest.addDevice("controller")
        controller.set("type", to: "usb")
        controller.set("model", to: model)
        controller.set("master/@startport", port)
    }
}

/// An xHCI controller with as many ports as QEMU has.
func addUSB3Controller(_ guest: Guest) {
    let controller = guest.addDevice("controller")
    controller.set("type", to: "usb")
    controller.set("model", to: guest.host.isQEMU ? "qemu-xhci" : "nec-xhci")
    controller.set("ports", to: "15")
}

/// `address=0000:00:1f.1`.
private func takeController(_ run: OptionRun, _ row: Row, _ value: String?) throws {
    guard row.names[0] == "address" else { return }
    let text = value ?? ""
    guard let address = PCIAddress(text) else {
        throw OptionMistake("Expected PCI format string for '\(text)'")
    }
    run.set("address/@type", "pci")
    if let bus = address.bus {
        run.set("address/@domain", try address.domain.map { String(try number($0)) } ?? "0")
        if address.domain != nil { run.set("address/@bus", String(try number(bus))) }
    }
    run.set("address/@slot", String(try number(address.slot)))
    run.set("address/@function", String(try number(address.function)))
}

/// `(domain:)bus:slot.function`, in hexadecimal digits.
struct PCIAddress {
    let domain: String?
    let bus: String?
    let slot: String
    let function: String

    init?(_ text: String) {
        let colons = text.count { $0 == ":" }
        guard (1...2).contains(colons), let point = text.firstIndex(of: ".") else { return nil }
        function = String(text[text.index(after: point)...])
        let parts = text[..<point].split(separator: ":", omittingEmptySubsequences: false)
            .map(String.init)
        guard parts.count >= 2 else { return nil }
        slot = parts[parts.count - 1]
        bus = parts[parts.count - 2]
        domain = parts.count > 2 ? parts[0] : nil
    }
}
