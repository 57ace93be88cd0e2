import InstallMedia
import OSInfo
import System
import Text
import XML

extension InstallOption {
    /// virt-install 4.1.0: `ParserNetwork`.
    static let network = InstallOption(
        "network", .device("interface"), first: ["type"],
        sharing: [.clearXML, .xpath, .device, .bootOrder, .loadParameter, .virtio]
    ) { xml in
        xml.prepare(prepareInterface)
        xml.renamed("model", to: "model.type", roles: .allowed)
        xml.renamed("mac", to: "mac.address", roles: .allowed)
        xml.value("network", roles: .allowed)
        xml.value("bridge", roles: .refused)
        xml.option("type", roles: .allowed) { run, value in
            switch value {
            case "default": setDefaultSource(of: run.node, run.guest.host)
            case "passt":
                // As virt-install does from 5.0 on; libvirt rejects the XML that 4.1 makes.
                run.set("@type", "user")
                run.set("backend/@type", "passt")
            default: run.set("@type", value)
            }
        }
        xml.since(.v50) { xml in
            xml.option("backend.type", at: "backend/@type", roles: .allowed)
            xml.option("backend.logFile", at: "backend/@logFile", .absolutePath, roles: .refused)
        }
        xml.option("trustGuestRxFilters", at: "@trustGuestRxFilters", .yesNo, roles: .refused)
        // Must come after `type`, which decides where the source goes.
        xml.option("source", roles: .allowed) { run, value in
            setSource(of: run.node, value, run.guest.version)
        }
        xml.option("source.mode", "source_mode", at: "source/@mode", roles: .refused)
        xml.option("source.type", "source_type", at: "source/@type", roles: .refused)
        xml.option("source.path", "source_path", at: "source/@path", roles: .refused)
        xml.option("source.portgroup", "portgroup", at: "source/@portgroup", roles: .refused)
        xml.since(.v50, declareHostDevice)
        xml.option("target.dev", "target", at: "target/@dev", roles: .refused)
        xml.option("model.type", "model", at: "model/@type", roles: .allowed)
        xml.option("mac.address", "mac", roles: .allowed) { run, value in
            if value != "RANDOM" { run.set("mac/@address", value) }
        }
        xml.option("filterref.filter", "filterref", at: "filterref/@filter", roles: .refused)
        xml.option(
            "link.state", "link_state", at: "link/@state", .converted(linkState), roles: .allowed)
        xml.option("driver.name", "driver_name", at: "driver/@name", roles: .refused)
        xml.option(
            "driver.queues", "driver_queues", at: "driver/@queues", .integer, roles: .refused)
        xml.option("rom.file", "rom_file", at: "rom/@file", roles: .refused)
        xml.option("rom.bar", "rom_bar", at: "rom/@bar", .onOff, roles: .refused)
        xml.option("mtu.size", at: "mtu/@size", .integer, roles: .refused)
        xml.option("virtualport.type", "virtualport_type", at: "virtualport/@type", roles: .refused)
        xml.option(
            "virtualport.parameters.managerid", "virtualport_managerid",
            at: "virtualport/parameters/@managerid", .integer, roles: .refused)
        xml.option(
            "virtualport.parameters.typeid", "virtualport_typeid",
            at: "virtualport/parameters/@typeid", .integer, roles: .refused)
        xml.option(
            "virtualport.parameters.typeidversion", "virtualport_typeidversion",
            at: "virtualport/parameters/@typeidversion", .integer, roles: .refused)
        xml.option(
            "virtualport.parameters.instanceid", "virtualport_instanceid",
            at: "virtualport/parameters/@instanceid", roles: .refused)
        xml.option(
            "virtualport.parameters.profileid", "virtualport_profileid",
            at: "virtualport/parameters/@profileid", roles: .refused)
        xml.option(
            "virtualport.parameters.interfaceid", "virtualport_interfaceid",
            at: "virtualport/parameters/@interfaceid", roles: .refused)
        xml.since(.v50, declarePortForward)
        xml.defaults(addInterfaceDefaults)
    }
}

/// A network card of the host.
private func declareHostDevice(_ xml: inout SubOptions) {
    xml.option("source.address.type", at: "source/address/@type", roles: .refused)
    for name in ["domain", "bus", "slot", "function"] {
        xml.option(
            "source.address.\(name)", at: "source/address/@\(name)", .integer, roles: .refused)
    }
    xml.option("hostdev", roles: .refused) { run, value in
        let device = try hostDevice(value ?? "", on: run.guest.host)
        let capability = device.element("capability")
        run.set("@type", "hostdev")
        run.node.setIfMissing("@managed", "yes")
        guard let capability, capability["type"] == "pci" else {
            throw OptionMistake(
                "Unsupported node device type '\(capability?["type"] ?? "None")'")
        }
        run.set("source/address/@type", "pci")
        for name in ["domain", "bus", "slot", "function"] {
            run.set("source/address/@\(name)", capability.value(name))
        }
    }
}

/// Makes `network=NAME` and `bridge=NAME` a type and a source.
private func prepareInterface(_ run: OptionRun) {
    if run.values.has("type") {
        run.values.remove("network")
        run.values.remove("bridge")
        return
    }
    for kind in ["network", "bridge"] where run.values.has(kind) && !run.values.has("type") {
        run.values.set("type", kind)
        run.values.rename(kind, to: "source")
    }
}

/// Accepts a boolean besides `up` and `down`.
private func linkState(_ value: String?) -> String? {
    guard let value, value != "up", value != "down" else { return value }
    return yesOrNo(value).map { $0 ? "up" : "down" } ?? value
}

/// Sets the source; the name of its attribute depends on the type. Other types have no such source.
private func setSource(of interface: Node, _ value: String?, _ version: InstallVersion) {
    for name in ["bridge", "network", "dev"] { interface.set("source/@\(name)", nil) }
    var names = ["network": "network", "bridge": "bridge", "direct": "dev"]
    if version >= .v51 { names["vdpa"] = "dev" }
    if let name = names[interface["type"] ?? ""] { interface.set("source/@\(name)", value) }
}

/// Sets the source for `--network default`: the bridge with the host's default route, or else the
/// network `default`. Unprivileged guests cannot use either and get the type `user`.
func setDefaultSource(of interface: Node, _ host: TargetHost) {
    if host.isQEMU && !host.isPrivileged || host.isTest {
        return interface.set("type", to: "user")
    }
    // Unlike libvirt's own network, such a bridge connects guests to the host's LAN.
    if let bridge = defaultBridge(host) {
        interface.set("type", to: "bridge")
        setSource(of: interface, bridge, host.version)
    } else {
        interface.set("type", to: "network")
        setSource(of: interface, "default", host.version)
    }
}

/// The device of the host's default route, if it is a bridge.
func defaultBridge(_ host: TargetHost) -> String? {
    guard !host.isRemote else { return nil }
    do {
        let routes = String(
            decoding: try contents(of: "/proc/net/route", limit: 1 << 20), as: UTF8.self)
        for line in routes.split(separator: "\n") {
            let words = line.split { $0 == " " || $0 == "\t" }
            guard words.count == 11 else { return nil }
            // The destination of a default route is 0; the header is not a number.
            guard Int(words[1], radix: 16) == 0 else { continue }
            return pathExists("/sys/class/net/\(words[0])/bridge") ? String(words[0]) : nil
        }
    } catch {
        // No network at all.
    }
    return nil
}

// MARK: - defaults

private func addInterfaceDefaults(_ interface: Node, _ guest: Guest) throws {
    if interface["type"] == nil {
        let isPasst = interface.value("backend/@type") == "passt"
        interface.set("type", to: isPasst ? "user" : "bridge")
    }
    if !interface.has("mac/@address") {
        interface.set("mac/@address", try freeAddress(guest.host))
    }
    if interface["type"] == "bridge", !interface.has("source/@bridge") {
        interface.set("source/@bridge", defaultBridge(guest.host))
    }
    if !interface.has("model/@type") {
        interface.set("model/@type", try networkModel(guest))
    }
}

private func networkModel(_ guest: Guest) throws -> String? {
    guard guest.isHVM else { return nil }
    if try guest.supportsVirtio(.virtioNetwork) { return "virtio" }
    if guest.isQ35 { return "e1000e" }
    guard guest.isX86 else { return nil }
    let known = try guest.system.deviceNames(class: "net")
    return ["e1000", "rtl8139", "ne2k_pci", "pcnet"].first { known.contains($0) } ?? "e1000"
}

/// A random MAC address that no other guest has. The first half is the hypervisor's prefix.
private func freeAddress(_ host: TargetHost) throws -> String? {
    let prefix: [UInt8] = host.isQEMU ? [0x52, 0x54, 0x00] : [0x00, 0x16, 0x3E]
    let used = try host.otherGuests().flatMap { $0.elements(at: "devices/interface") }
        .compactMap { $0.value("mac/@address")?.lowercased() }
    // Gives up in the end, so that a host with too many guests does not block the run.
    for _ in 0..<256 {
        let bytes = prefix + (0..<3).map { _ in UInt8.random(in: 0...255) }
        let address = hexadecimal(bytes[...], separator: ":")
        if !used.contains(address) { return address }
    }
    return nil
}
