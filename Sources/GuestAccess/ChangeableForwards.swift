import Protocol
package import XML

/// The forwards in a template's description, which get other host ports in that of a guest.
package struct ChangeableForwards {
    /// One port of the guest, which gets one port of the host.
    private struct Wanted {
        let proto: Forward.TransportProtocol
        let address: String?
        let device: String?
        let guestPort: Int
    }

    /// Those of passt, by interface.
    private var interfaces: [(node: Node, wanted: [Wanted])] = []
    /// Those of QEMU's own user networks, by argument.
    private var arguments: [(node: Node, forwards: [Forward])] = []

    /// How many host ports are needed.
    package var count: Int {
        interfaces.reduce(0) { $0 + $1.wanted.count }
            + arguments.reduce(0) { $0 + $1.forwards.count }
    }

    /// `ports`: the guest's TCP ports that are forwarded instead of those in the description.
    package init(in description: Document, of domain: String, ports: [UInt16]?) throws {
        let root = description.root
        for node in try root.nodes("devices/interface[backend/@type='passt' or portForward]") {
            let forwards = try Forward.passt(node, of: domain)
            guard forwards.allSatisfy(\.hasRange) else {
                throw RequestError(
                    .unsupported,
                    "domain '\(domain)' forwards all ports of the host, and so it cannot be a "
                        + "template: its portForward needs a range, e.g. <range start='2201' to='22'/>",
                    object: domain)
            }
            interfaces.append((node, forwards.flatMap(Self.wanted)))
        }
        for node in try root.nodes(
            "qemu:commandline/qemu:arg", prefixes: ["qemu": Forward.qemuNamespace])
        {
            guard let value = node["value"], value.contains("hostfwd") else { continue }
            let forwards = Forward.qemu(["-netdev", value], of: domain)
            if !forwards.isEmpty { arguments.append((node, forwards)) }
        }
        if let ports { try replace(by: ports, domain) }
    }

    private static func wanted(_ forward: Forward) -> [Wanted] {
        forward.hostPorts.enumerated().map { offset, _ in
            Wanted(
                proto: forward.proto, address: forward.address, device: forward.device,
                guestPort: forward.guestPort + offset)
        }
    }

    private mutating func replace(by ports: [UInt16], _ domain: String) throws {
        guard arguments.isEmpty, !interfaces.isEmpty else {
            throw RequestError(
                .unsupported,
                "'ports' needs an interface with the backend passt, and domain '\(domain)' has none",
                object: domain)
        }
        let known = interfaces.flatMap(\.wanted).filter { $0.proto == .tcp }
        for index in interfaces.indices { interfaces[index].wanted = [] }
        interfaces[0].wanted = ports.map { port in
            // As the template does, if it forwards that port; else as it forwards others.
            let like = known.first { $0.guestPort == Int(port) } ?? known.first
            return Wanted(
                proto: .tcp, address: like.map(\.address) ?? "127.0.0.1", device: like?.device,
                guestPort: Int(port))
        }
    }

    /// Writes the host ports into the description, one for each forward. `address`: where a forward
    /// of the template's address, `nil` for all, may listen.
    package func assign(_ ports: [UInt16], address: (String?) throws -> String?) throws {
        var rest = ports[...]
        for (interface, wanted) in interfaces {
            for old in interface.elements("portForward") { old.remove() }
            for forward in wanted {
                guard let port = rest.popFirst() else { return }
                let node = interface.append("portForward")
                node.set("proto", to: forward.proto.rawValue)
                if let address = try address(forward.address) { node.set("address", to: address) }
                if let device = forward.device { node.set("dev", to: device) }
                let range = node.append("range")
                range.set("start", to: String(port))
                range.set("to", to: String(forward.guestPort))
            }
        }
        for (argument, forwards) in arguments {
            var text = argument["value"] ?? ""
            for forward in forwards {
                guard let port = rest.popFirst() else { return }
                let granted = try address(forward.address)
                text = Self.replace(forward, by: port, at: granted, in: text)
            }
            argument.set("value", to: text)
        }
    }

    /// In an argument of QEMU such as `user,id=n0,hostfwd=tcp:127.0.0.1:5022-:22`.
    private static func replace(
        _ forward: Forward, by port: UInt16, at granted: String?, in text: String
    ) -> String {
        func place(_ address: String?) -> String {
            let address = address ?? ""
            return address.contains(":") ? "[\(address)]" : address
        }
        let old = ":\(place(forward.address)):\(forward.hostPorts.lowerBound)-"
        guard let range = text.firstRange(of: old) else { return text }
        return text.replacingCharacters(in: range, with: ":\(place(granted)):\(port)-")
    }
}

extension String {
    /// This text with another one in the place of a part.
    fileprivate func replacingCharacters(in range: Range<String.Index>, with text: String) -> String
    {
        String(self[..<range.lowerBound]) + text + String(self[range.upperBound...])
    }
}
