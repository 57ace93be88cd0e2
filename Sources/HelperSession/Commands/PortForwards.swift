extension SessionCommand {
    ///     C: {"cmd": "port-forwards", "domain": "vm1", "guest_port": 22}
    ///     S: {"success": true, "cmd": "port-forwards", "domain": "vm1", "guest_port": 22,
    ///         "forwards": [{"domain": "vm1", "proto": "tcp", "address": null, "host_port": 2201,
    ///         "guest_port": 22, "backend": "passt", "interface": "52:54:00:aa:bb:cc"}]}
    static let portForwards = SessionCommand(
        "port-forwards", summary: "tell which ports of the host lead to which of the guests"
    ) { parameters in
        let domain = parameters.optionalName("domain", "only those of this domain")
        let guestPort = parameters.optionalPort("guest_port", "only those that lead to this port")
        let proto = parameters.optionalChoice(
            "proto", ["tcp", "udp"], "only those of this protocol")

        return { session, request in
            var forwards =
                if let name = try request[domain] {
                    try session.forwards(ofDomain: name)
                } else {
                    try session.host.forwardsOfAll()
                }
            if let proto = try request[proto] { forwards.removeAll { $0.proto != proto } }
            // Looked for in the ranges: none is written out for nothing.
            if let port = try request[guestPort] {
                forwards = forwards.compactMap { $0.leading(to: port) }
            }
            return ["forwards": .array(forwards.flatMap(\.listed).map(\.object))]
        }
    }
}
