import Libvirt
import XML

extension Command {
    /// virsh 9.0.0: `cmdAttachInterface` in virsh-domain.c.
    static let attachInterface = Command(
        "attach-interface", .changes, help: "add a network interface"
    ) { options in
        let domain = options.domain()
        let interface = InterfaceOptions(&options)

        return { shell, given in
            let impact = interface.impact
            try impact.check(given)
            let xml = try interface.xml(given)
            if try given[interface.printXML] { return shell.print(xml) }
            let domain = try shell.domain(given[domain])
            let chosen = impact.impact(of: given, on: domain, shell)
            try shell.explaining("Failed to attach interface") { () throws(LibvirtError) in
                try domain.attachDevice(xml, impact.orOlder(chosen, given))
            }
            shell.printExtra("Interface attached successfully\n")
        }
    }
}

/// What a new interface is made of.
private struct InterfaceOptions {
    let type, source: Key<String>
    let target, mac, script, model, alias, inbound, outbound, sourceMode: Key<String?>
    let impact: DeviceImpactOptions
    let printXML, managed: Key<Bool>

    init(_ options: inout Options) {
        type = options.data("type", "kind of network, e.g. bridge")
        source = options.data("source", "name of the network")
        target = options.string("target", "what the host calls it")
        mac = options.string("mac", "MAC address")
        script = options.string("script", "script that plugs it in")
        model = options.string("model", "what the guest sees")
        alias = options.string("alias", "alias, to start with ua-")
        inbound = options.string("inbound", "limits of what comes in: average,peak,burst,floor")
        outbound = options.string("outbound", "limits of what goes out: average,peak,burst")
        impact = options.deviceImpact()
        printXML = options.flag("print-xml", "only print the XML")
        managed = options.flag("managed", "take the device from the host and give it back")
        sourceMode = options.string("source-mode", "'server' or 'client'")
    }

    func xml(_ given: Given) throws -> String {
        let type = try given[type]
        _ = try given[source]
        for key in [target, mac, script, model, alias, inbound, outbound, sourceMode] {
            _ = try given[key]
        }
        let unsupported = CommandFailure("No support for \(type) in command 'attach-interface'")
        guard interfaceTypes.contains(type) else { throw unsupported }
        if let mode = try given[sourceMode], !["server", "client"].contains(mode) {
            throw CommandFailure("Invalid source mode: \(mode)")
        }
        let inbound = try given[inbound].map { try rate($0) }
        if let inbound, inbound.average == 0, inbound.floor == 0 {
            throw CommandFailure("either inbound average or floor is mandatory")
        }
        let outbound = try given[outbound].map { try rate($0) }
        if let outbound {
            guard outbound.average != 0 else {
                throw CommandFailure("outbound average is mandatory")
            }
            guard outbound.floor == 0 else {
                throw CommandFailure("outbound floor is unsupported yet")
            }
        }

        var xml = Writer(escaping: false)
        try xml.element(
            "interface", ["type": type, "managed": given.has(managed) ? "yes" : nil]
        ) { xml in
            guard try writeSource(to: &xml, type: type, given) else { throw unsupported }
            for (name, attribute, key) in [
                ("target", "dev", target), ("mac", "address", mac), ("script", "path", script),
                ("model", "type", model), ("alias", "name", alias),
            ] {
                if let value = try given[key] { xml.element(name, [attribute: value]) }
            }
            guard inbound != nil || outbound != nil else { return }
            xml.element("bandwidth") { xml in
                inbound?.write("inbound", to: &xml)
                outbound?.write("outbound", to: &xml)
            }
        }
        return xml.text
    }

    /// Whether there is such an element for this type.
    private func writeSource(to xml: inout Writer, type: String, _ given: Given) throws -> Bool {
        let source = try given[source]
        switch type {
        case "network", "bridge": xml.element("source", [type: source])
        case "direct": xml.element("source", ["dev": source])
        case "hostdev":
            guard let address = DeviceAddress("pci:\(source)") else {
                throw CommandFailure(
                    "cannot parse pci address '\(source)' for network interface")
            }
            xml.element("source") { address.write(to: &$0, multifunction: false) }
        case "vhostuser":
            guard let mode = try given[sourceMode] else {
                throw CommandFailure("source-mode is mandatory")
            }
            xml.element("source", ["type": "unix", "path": source, "mode": mode])
        default: return false
        }
        return true
    }
}

/// libvirt 9.0.0: `virDomainNetType`.
private let interfaceTypes = [
    "user", "ethernet", "vhostuser", "server", "client", "mcast", "network", "bridge", "internal",
    "direct", "hostdev", "udp", "vdpa", "null", "vds",
]

/// A limit on what goes through an interface; 0 where there is none.
private struct Rate {
    var average: UInt64 = 0
    var peak: UInt64 = 0
    var burst: UInt64 = 0
    var floor: UInt64 = 0

    func write(_ name: String, to xml: inout Writer) {
        func text(_ value: UInt64) -> String? { value > 0 ? "\(value)" : nil }
        xml.element(
            name,
            [
                "average": text(average), "peak": text(peak), "burst": text(burst),
                "floor": text(floor),
            ])
    }
}

/// virsh 9.0.0: `virshParseRateStr`.
private func rate(_ text: String) throws(CommandFailure) -> Rate {
    let fields = text.split(separator: ",", omittingEmptySubsequences: false)
    guard fields.count <= 4 else {
        throw CommandFailure("Rate string '\(text)' has too many fields")
    }
    func number(_ index: Int, _ name: String) throws(CommandFailure) -> UInt64 {
        guard index < fields.count, !fields[index].isEmpty else { return 0 }
        guard let number = unsignedNumber(String(fields[index])) else {
            throw CommandFailure("field '\(name)' is malformed")
        }
        return number
    }
    return Rate(
        average: try number(0, "average"), peak: try number(1, "peak"),
        burst: try number(2, "burst"), floor: try number(3, "floor"))
}
