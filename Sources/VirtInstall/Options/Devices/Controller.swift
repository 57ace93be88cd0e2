import XML

extension InstallOption {
    /// virt-install 4.1.0: `ParserController`.
    static let controller = InstallOption(
        "controller", .device("controller"), first: ["type"],
        sharing: [.clearXML, .xpath, .device, .virtio]
    ) { xml in
        xml.shortcut { run in
            switch run.text {
            case "usb2": addUSB2Controllers(run.guest)
            case "usb3": addUSB3Controller(run.guest)
            default:
                // virt-install ignores all other values of such an option.
                guard let value = run.values.remove("num_pcie_root_ports") else { return false }
                run.guest.rootPorts = try decimal(value ?? "None")
            }
            return true
        }
        xml.option("type", at: "@type")
        xml.option("model", at: "@model")
        xml.option("index", at: "@index", .integer)
        xml.option("maxGrantFrames", at: "@maxGrantFrames", .integer)
        xml.option("vectors", at: "@vectors", .integer)
        xml.option("master.startport", "master", at: "master/@startport", .integer)
        xml.option("driver.iothread", at: "driver/@iothread", .integer)
        xml.option("driver.queues", "driver_queues", at: "driver/@queues", .integer)
        xml.option("target.chassisNr", at: "target/@chassisNr", .integer)
        xml.option("target.chassis", at: "target/@chassis", .integer)
        xml.option("target.port", at: "target/@port", .integer)
        xml.option("target.hotplug", at: "target/@hotplug")
        xml.option("target.busNr", at: "target/@busNr", .integer)
        xml.option("target.index", at: "target/@index", .integer)
        xml.option("target.node", at: "target/node", .integer)
        xml.option("address") { run, value in try setPCIAddress(run, value ?? "") }
        xml.value("num_pcie_root_ports")
    }
}

/// `address=0000:00:1f.1`.
private func setPCIAddress(_ run: OptionRun, _ text: String) throws {
    guard let address = PCIAddress(text) else {
        throw OptionMistake("Expected PCI format string for '\(text)'")
    }
    run.set("address/@type", "pci")
    if let bus = address.bus {
        run.set("address/@domain", try address.domain.map { String(try number($0)) } ?? "0")
        // As in virt-install: without a domain, the bus is not used.
        if address.domain != nil { run.set("address/@bus", String(try number(bus))) }
    }
    run.set("address/@slot", String(try number(address.slot)))
    run.set("address/@function", String(try number(address.function)))
}
