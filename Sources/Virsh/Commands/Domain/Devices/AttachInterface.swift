import Confinement
import Libvirt
import Policy
import XML

extension Command {
    /// virsh 9.0.0: `cmdAttachInterface` in virsh-domain.c.
    static let attachInterface = Command(
        "attach-interface", .devices, on: [.domain, .network], help: "attach a network interface"
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
            try shell.gate.exclusively {
                let xml = try shell.gate.judged(device: xml, to: .attach, domain)
                try shell.explaining("Failed to attach interface") { () throws(LibvirtError) in
                    try domain.attachDevice(xml, impact.nilIfUnspecified(chosen, given))
                }
            }
            shell.printExtra("Interface attached successfully\n")
        }
    }
}

/// The options that describe a new interface.
private struct InterfaceOptions {
    let type, source: Key<String>
    let target, mac, script, model, alias, inbound, outbound, sourceMode: Key<String?>
    let impact: DeviceImpactOptions
    let printXML, managed: Key<Bool>

    init(_ options: inout Options) {
        type = options.data("type", "type of the interface, e.g. bridge", .only(["network"]))
        source = options.data(
            "source", "network, bridge, device or socket on the host", names: .network)
        target = options.string("target", "name of the host's device, e.g. vnet0")
        mac = options.string("mac", "MAC address")
        script = options.string("script", "script that connects a bridge", .refused)
        model = options.string("model", "model of the emulated card")
        alias = options.string("alias", "alias, starting with ua-")
        inbound = options.string("inbound", "receive limits: average,peak,burst,floor")
        outbound = options.string("outbound", "transmit limits: average,peak,burst")
        impact = options.deviceImpact()
        printXML = options.flag("print-xml", "only print the XML")
        managed = options.flag("managed", "let libvirt detach the device from the host")
        sourceMode = options.string("source-mode", "'server' or 'client'")
    }

    /// The element `<interface>`.
    func xml(_ given: ParsedOptions) throws -> String {
        // virsh reads all options before it checks their values: an empty value is the first
        // error reported.
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
        let inbound = try given[inbound].map { try BandwidthRate($0) }
        if let inbound, inbound.average == 0, inbound.floor == 0 {
            throw CommandFailure("either inbound average or floor is mandatory")
        }
        let outbound = try given[outbound].map { try BandwidthRate($0) }
        if let outbound {
            guard outbound.average != 0 else {
                throw CommandFailure("outbound average is mandatory")
            }
            guard outbound.floor == 0 else {
                throw CommandFailure("outbound floor is unsupported yet")
            }
        }

        // A quirk of virsh: it does not escape these values.
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

    /// Writes the element `<source>`. Returns false if virsh does not support the type here.
    private func writeSource(
        to xml: inout Writer, type: String, _ given: ParsedOptions
    ) throws -> Bool {
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

/// libvirt 9.0.0: `virDomainNetType`. The error for an unknown type and for a known one that
/// `writeSource` does not support is the same, but a known type's other mistakes come first.
private let interfaceTypes = [
    "user", "ethernet", "vhostuser", "server", "client", "mcast", "network", "bridge", "internal",
    "direct", "hostdev", "udp", "vdpa", "null", "vds",
]
