import System
import XML

extension Forward {
    /// The forwards of an `<interface>` with the passt backend, of type `user` or `vhostuser`.
    static func passt(_ interface: Node, of domain: String) throws(XMLError) -> [Forward] {
        let mac = try interface.text("mac/@address")
        var forwards: [Forward] = []
        for node in try interface.nodes("portForward") {
            guard let proto = TransportProtocol(rawValue: node["proto"] ?? "tcp") else { continue }
            var holes: [ClosedRange<Int>] = []
            var ranges: [(ports: ClosedRange<Int>, guest: Int)] = []
            for range in try node.nodes("range") {
                guard let ports = ports(range) else { continue }
                if range["exclude"] == "yes" {
                    holes.append(ports)
                } else {
                    ranges.append((ports, range["to"].flatMap { Int($0) } ?? ports.lowerBound))
                }
            }
            let hasRange = !ranges.isEmpty
            if !hasRange {
                // passt(1): without ranges, all ports except the ephemeral ones.
                holes.append(ephemeralPorts())
                ranges = [(1...65535, 1)]
            }
            for (ports, guest) in ranges {
                // An excluded range applies to all ranges of its portForward.
                for piece in subtract(holes, from: ports) {
                    forwards.append(
                        Forward(
                            domain: domain, proto: proto, address: node["address"],
                            device: node["dev"], hostPorts: piece,
                            guestPort: guest + piece.lowerBound - ports.lowerBound,
                            backend: .passt, interface: mac, hasRange: hasRange))
                }
            }
        }
        return forwards
    }

    private static func ports(_ range: Node) -> ClosedRange<Int>? {
        guard let start = range["start"].flatMap({ UInt16($0) }) else { return nil }
        let end = range["end"].flatMap { UInt16($0) } ?? start
        return start <= end ? Int(start)...Int(end) : nil
    }

    /// The host's ports for outgoing connections, or the kernel's default.
    private static func ephemeralPorts() -> ClosedRange<Int> {
        let standard = 32768...60999
        do throws(SystemError) {
            let bytes = try contents(of: "/proc/sys/net/ipv4/ip_local_port_range", limit: 100)
            let numbers = String(decoding: bytes, as: UTF8.self)
                .split(whereSeparator: \.isWhitespace).compactMap { UInt16($0) }
            guard numbers.count == 2, numbers[0] <= numbers[1] else { return standard }
            return Int(numbers[0])...Int(numbers[1])
        } catch { return standard }
    }
}
