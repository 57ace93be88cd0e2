import Host
import XML

extension InstallOption {
    static let network = InstallOption(
        "network", at: "devices/interface", makes: true, first: ["type"], ignoresNone: false,
        sharing: [.clearXML, .xpath, .device, .bootOrder, .loadParameter, .virtio],
        prepare: prepareInterface,
        take: takeInterface,
        table: """
            model model/@type call
            mac mac/@address call
            network - call
            bridge - call
            type @type call
            trustGuestRxFilters @trustGuestRxFilters yesno
            source - call
            source.mode|source_mode source/@mode
            source.type|source_type source/@type
            source.path|source_path source/@path
            source.portgroup|portgroup source/@portgroup
            target.dev|target target/@dev
            model.type|model model/@type
            mac.address|mac mac/@address call
            filterref.filter|filterref filterref/@filter
            link.state|link_state link/@state call
            driver.name|driver_name driver/@name
            driver.queues|driver_queues driver/@queues int
            rom.file|rom_file rom/@file
            rom.bar|rom_bar rom/@bar onoff
            mtu.size mtu/@size int
            virtualport.type|virtualport_type virtualport/@type
            virtualport.parameters.managerid|virtualport_managerid virtualport/parameters/@managerid int
            virtualport.parameters.typeid|virtualport_typeid virtualport/parameters/@typeid int
            virtualport.parameters.typeidversion|virtualport_typeidversion virtualport/parameters/@typeidversion int
            virtualport.parameters.instanceid|virtualport_instanceid virtualport/parameters/@instanceid
            virtualport.parameters.profileid|virtualport_profileid virtualport/parameters/@profileid
            virtualport.parameters.interfaceid|virtualport_interfaceid virtualport/parameters/@interfaceid
            """)
}

private func prepareInterface(_ run: OptionRun) throws -> Bool {
    run.given.move("model", to: "model.type")
    run.given.move("mac", to: "mac.address")
    if run.given.has("type") {
        run.given.take("network")
        run.given.take("bridge")
    } else {
        for kind in ["network", "bridge"] where run.given.has(kind) && !run.given.has("type") {
            run.given.set("type", kind)
            run.given.move(kind, to: "source")
        }
    }
    return run.text != "none"
}

private func takeInterface(_ run: OptionRun, _ row: Row, _ value: String?) throws {
    switch row.names[0] {
    case "type":
        switch value {
        case "default": setDefaultSource(of: run.node, run.guest.host)
        case "passt":
            // As virt-install has it from 5.0 on; what 4.1 makes of it libvirt refuses.
            run.set("@type", "user")
            run.set("backend/@type", "passt")
        default: run.set(row, value)
        }
    case "source": setSource(of: run.node, value)
    case "mac.address": if value != "RANDOM" { run.set(row, value) }
    case "link.state": run.set(row, linkState(value))
    default: break
    }
}

private func linkState(_ value: String?) -> String? {
    guard let value, value != "up", value != "down" else { return value }
    return yesOrNo(value).map { $0 ? "up" : "down" } ?? value
}

/// Where the source is depends on the type.
private func setSource(of interface: Node, _ value: String?) {
    for name in ["bridge", "network", "dev"] { interface.set("source/@\(name)", nil) }
    let names = ["network": "network", "bridge": "bridge", "direct": "dev"]
    if let name = names[interface["type"] ?? ""] { interface.set("source/@\(name)", value) }
}

/// What `--network default` is: the bridge that the host's own traffic takes, or the network
/// `default`; `user` where guests cannot have either.
func setDefaultSource(of interface: Node, _ host: TargetHost) {
    if host.isQEMU && !host.isPrivileged || host.isTest {
        return interface.set("type", to: "user")
    }
    if let bridge = defaultBridge(host) {
        interface.set("type", to: "bridge")
        setSource(of: interface, bridge)
    } else {
        interface.set("type", to: "network")
        setSource(of: interface, "default")
    }
}

/// The host's device of the default route, if it is a bridge.
func defaultBridge(_ host: TargetHost) -> String? {
    guard !host.isRemote else { return nil }
    do {
        let routes = String(
            decoding: try contents(of: "/proc/net/route", limit: 1 << 20), as: UTF8.self)
        for line in routes.split(separator: "\n") {
            let words = line.split { $0 == " " || $0 == "\t" }
            guard words.count == 11 else { return nil }
            guard Int(words[1], radix: 16) == 0 else { continue }
            return pathExists("/sys/class/net/\(words[0])/bridge") ? String(words[0]) : nil
        }
    } catch {}
    return nil
}
