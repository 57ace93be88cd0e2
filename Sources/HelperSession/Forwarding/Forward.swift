import XML

/// Ports of the host that lead to as many ports of a guest, in order; mostly one.
package struct Forward: Equatable, Sendable {
    package enum Backend: String, Sendable { case passt, qemu }

    let domain: String
    /// `tcp` or `udp`.
    let proto: String
    /// Where the host listens; `nil` means on all its addresses.
    let address: String?
    /// The only device of the host's that lets anybody in; `nil` means all do.
    let device: String?
    let hostPorts: ClosedRange<Int>
    /// The guest's port that the first one leads to.
    let guestPort: Int
    let backend: Backend
    /// The MAC address of the guest's interface, or the id of QEMU's network.
    let interface: String?

    /// Other ports, with all else the same.
    private func with(_ ports: ClosedRange<Int>) -> Forward {
        Forward(
            domain: domain, proto: proto, address: address, device: device, hostPorts: ports,
            guestPort: guestPort + ports.lowerBound - hostPorts.lowerBound, backend: backend,
            interface: interface)
    }

    /// That part which leads to one port of the guest; `nil` where none does.
    func leading(to port: UInt16) -> Forward? {
        let host = hostPorts.lowerBound + Int(port) - guestPort
        return hostPorts.contains(host) ? with(host...host) : nil
    }

    /// How many ports get an object each in a reply: those of a longer range share one.
    private static let longestList = 256

    /// One for each port, but for a long range itself.
    var listed: [Forward] {
        hostPorts.count > Self.longestList ? [self] : hostPorts.map { with($0...$0) }
    }

    var object: JSONOutput {
        var members: [(String, JSONOutput)] = [
            ("domain", .string(domain)),
            ("proto", .string(proto)),
            ("address", address.map { .string($0) } ?? .null),
            ("host_port", .integer(Int64(hostPorts.lowerBound))),
            ("guest_port", .integer(Int64(guestPort))),
            ("backend", .string(backend.rawValue)),
            ("interface", interface.map { .string($0) } ?? .null),
        ]
        if let device { members.append(("device", .string(device))) }
        if hostPorts.count > 1 { members.append(("count", .integer(Int64(hostPorts.count)))) }
        return .object(members)
    }

    /// All that a domain's description says, passt's and QEMU's own.
    static func all(in domain: Document, named name: String) throws -> [Forward] {
        let root = domain.root
        // Only passt may have a portForward, also where a driver does not keep the backend.
        let passt = try root.nodes(
            "devices/interface[portForward][not(backend/@type) or backend/@type='passt']"
        ).flatMap { try Forward.passt($0, of: name) }
        let arguments = try root.nodes(
            "qemu:commandline/qemu:arg/@value",
            prefixes: ["qemu": "http://libvirt.org/schemas/domain/qemu/1.0"])
        return passt + qemu(arguments.map(\.text), of: name)
    }
}

/// What is left of a range of ports when others are cut out.
func cut(_ holes: [ClosedRange<Int>], out range: ClosedRange<Int>) -> [ClosedRange<Int>] {
    holes.reduce([range]) { pieces, hole in
        pieces.flatMap { piece -> [ClosedRange<Int>] in
            guard piece.overlaps(hole) else { return [piece] }
            var rest: [ClosedRange<Int>] = []
            if piece.lowerBound < hole.lowerBound {
                rest.append(piece.lowerBound...hole.lowerBound - 1)
            }
            if hole.upperBound < piece.upperBound {
                rest.append(hole.upperBound + 1...piece.upperBound)
            }
            return rest
        }
    }
}
