package import Text
package import XML

/// A range of host ports that are forwarded to as many ports of a guest, in order; mostly one port.
package struct Forward: Equatable, Sendable {
    package enum Backend: String, Sendable { case passt, qemu }
    package enum TransportProtocol: String, Sendable, CaseIterable { case tcp, udp }

    package let domain: String
    package let proto: TransportProtocol
    /// The host's address that it listens on; `nil` means all.
    package let address: String?
    /// The only host device through which connections are accepted; `nil` means all.
    package let device: String?
    package let hostPorts: ClosedRange<Int>
    /// The guest's port that the first host port leads to.
    package let guestPort: Int
    package let backend: Backend
    /// The MAC address of the guest's interface, or the ID of QEMU's network.
    package let interface: String?
    /// False for a part of a portForward without ranges: passt then takes all ports that are free,
    /// and the others are those of other processes of the host.
    package var hasRange = true

    /// A part of this forward.
    private func limited(to ports: ClosedRange<Int>) -> Forward {
        Forward(
            domain: domain, proto: proto, address: address, device: device, hostPorts: ports,
            guestPort: guestPort + ports.lowerBound - hostPorts.lowerBound, backend: backend,
            interface: interface, hasRange: hasRange)
    }

    /// The part that leads to one port of the guest; `nil` if there is none.
    package func leading(to port: UInt16) -> Forward? {
        let host = hostPorts.lowerBound + Int(port) - guestPort
        return hostPorts.contains(host) ? limited(to: host...host) : nil
    }

    /// Ranges of more ports than this are one object in a reply.
    private static let maximumListed = 256

    /// One forward per port, or this one if the range is long.
    package var listed: [Forward] {
        hostPorts.count > Self.maximumListed ? [self] : hostPorts.map { limited(to: $0...$0) }
    }

    package var json: JSONValue {
        var members: [(name: String, value: JSONValue)] = [
            ("domain", .string(domain)),
            ("proto", .string(proto.rawValue)),
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

    /// Of the elements with QEMU's own arguments.
    static let qemuNamespace = "http://libvirt.org/schemas/domain/qemu/1.0"

    /// All forwards in a domain's XML: passt's and those of QEMU's own user networks.
    package static func all(in description: Document, of domain: String) throws -> [Forward] {
        let root = description.root
        // Only passt supports portForward, and some drivers do not keep the backend element.
        let passt = try root.nodes(
            "devices/interface[portForward][not(backend/@type) or backend/@type='passt']"
        ).flatMap { try Forward.passt($0, of: domain) }
        let arguments = try root.nodes(
            "qemu:commandline/qemu:arg/@value",
            prefixes: ["qemu": qemuNamespace])
        return passt + qemu(arguments.map(\.text), of: domain)
    }
}

/// The parts of a range that remain when others are removed from it.
func subtract(_ holes: [ClosedRange<Int>], from range: ClosedRange<Int>) -> [ClosedRange<Int>] {
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
