import InstallMedia
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
        xml.option("type", at: "@type", roles: .allowed)
        xml.option("model", at: "@model", roles: .allowed)
        xml.option("index", at: "@index", .integer, roles: .allowed)
        xml.option("maxGrantFrames", at: "@maxGrantFrames", .integer, roles: .refused)
        xml.option("vectors", at: "@vectors", .integer, roles: .refused)
        xml.option("master.startport", "master", at: "master/@startport", .integer, roles: .allowed)
        xml.option("driver.iothread", at: "driver/@iothread", .integer, roles: .refused)
        xml.option(
            "driver.queues", "driver_queues", at: "driver/@queues", .integer, roles: .refused)
        xml.option("target.chassisNr", at: "target/@chassisNr", .integer, roles: .refused)
        xml.option("target.chassis", at: "target/@chassis", .integer, roles: .allowed)
        xml.option("target.port", at: "target/@port", .integer, roles: .allowed)
        xml.option("target.hotplug", at: "target/@hotplug", roles: .refused)
        xml.option("target.busNr", at: "target/@busNr", .integer, roles: .refused)
        xml.option("target.index", at: "target/@index", .integer, roles: .refused)
        xml.option("target.node", at: "target/node", .integer, roles: .refused)
        xml.since(.v51) { xml in
            xml.option("target.memReserve", at: "target/@memReserve", .integer, roles: .refused)
        }
        xml.option("address", roles: .allowed) { run, value in try setPCIAddress(run, value ?? "") }
        xml.value("num_pcie_root_ports", roles: .allowed)
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
