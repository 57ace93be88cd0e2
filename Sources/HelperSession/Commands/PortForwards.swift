import GuestAccess
import Protocol
import Text

extension SessionCommand {
    ///     C: {"cmd": "port-forwards", "domain": "vm1", "guest_port": 22}
    ///     S: {"success": true, "cmd": "port-forwards", "domain": "vm1", "guest_port": 22,
    ///         "forwards": [{"domain": "vm1", "proto": "tcp", "address": null, "host_port": 2201,
    ///         "guest_port": 22, "backend": "passt", "interface": "52:54:00:aa:bb:cc"}]}
    static let portForwards = SessionCommand(
        "port-forwards", .reads, summary: "list the host's ports that are forwarded to guests"
    ) { parameters in
        let domain = parameters.optionalName("domain", "only forwards to this domain")
        let guestPort = parameters.optionalPort("guest_port", "only forwards to this port")
        let proto = parameters.optionalChoice(
            "proto", Forward.TransportProtocol.allCases.map(\.rawValue),
            "only forwards of this protocol")

        return { session, request in
            var forwards =
                if let name = try request[domain] {
                    try session.host.forwards(ofDomain: name)
                } else {
                    try session.host.forwardsOfAllDomains()
                }
            if let proto = try request[proto] {
                forwards.removeAll { $0.proto.rawValue != proto }
            }
            // Before `listed`, which expands ranges to single ports.
            if let port = try request[guestPort] {
                forwards = forwards.compactMap { $0.leading(to: port) }
            }
            return ["forwards": .array(forwards.flatMap(\.listed).map(\.json))]
        }
    }
}
