import Host
import Libvirt
import XML

/// Where a port of a guest may be reached from this host.
struct WayToGuest: Equatable, Sendable {
    /// What to connect to: a number.
    let address: String
    let port: UInt16
    /// Whether the host forwards it: then who accepts a connection is not the guest.
    let isForward: Bool
    /// Which of the host's addresses the forward listens on.
    let listening: Listening
    /// The guest's interface where only the guest itself says that the address is its own: before
    /// it is believed the host's ARP table has to agree, or a guest could lead its users anywhere.
    let claimedBy: String?

    enum Listening { case one, allIPv4, allIPv6, all }

    var text: String { address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)" }

    /// The address for a client: one that came by ssh finds a port that is open on all addresses
    /// where it found the host; all else is as seen from the host.
    func address(for client: Client) -> String {
        guard let host = client.hostAddress else { return address }
        return switch listening {
        case .one: address
        case .all: host
        case .allIPv4: host.contains(":") ? address : host
        case .allIPv6: host.contains(":") ? host : address
        }
    }
}

extension WayToGuest {
    /// Through a forward; `nil` where the host itself is not let in.
    fileprivate init?(_ forward: Forward) {
        // What the host sends to itself never comes in by a device but this.
        guard forward.device == nil || forward.device == "lo" else { return nil }
        guard let port = UInt16(exactly: forward.hostPorts.lowerBound) else { return nil }
        var (address, listening): (String, Listening) =
            switch forward.address {
            // Given none, passt takes all, and QEMU all of IPv4.
            case nil: ("127.0.0.1", forward.backend == .passt ? .all : .allIPv4)
            case "0.0.0.0": ("127.0.0.1", .allIPv4)
            case "::": ("::1", .allIPv6)
            case let address?: (address, .one)
            }
        if forward.device != nil { listening = .one }
        self.address = address
        self.listening = listening
        self.port = port
        isForward = true
        claimedBy = nil
    }

    fileprivate init(_ address: GuestAddress, _ port: UInt16) {
        self.address = address.address
        self.port = port
        isForward = false
        listening = .one
        claimedBy = address.source == .agent ? address.mac : nil
    }
}

extension Session {
    /// Where a client finds the forward to a guest's port; `nil` where there is none.
    func placeOfForward(
        to port: UInt16, of name: String
    ) throws -> (address: String, port: UInt16)? {
        try forwards(ofDomain: name).lazy
            .filter { $0.proto == "tcp" }.compactMap { $0.leading(to: port) }
            .compactMap { WayToGuest($0) }.first
            .map { ($0.address(for: self.client), $0.port) }
    }
}

/// Finds the ways to one port of a running guest.
struct WayFinder {
    let host: HostConnection
    let domain: Domain
    let name: String
    let description: Document
    let port: UInt16
    /// Through forwards; empty where the port has none, and the guest's own address leads to it.
    let forwards: [WayToGuest]
    /// The MAC addresses of interfaces whose addresses are the guest's alone.
    private let macs: Set<String>

    init(_ host: HostConnection, to port: UInt16, of name: String) throws {
        self.host = host
        self.name = name
        self.port = port
        domain = try host.runningDomain(named: name)
        guard try host.isLocal() else {
            let uri = try host.open().uri()
            throw Refusal(
                .unsupported, "the guests of '\(uri)' cannot be reached from this host",
                hint: "run the helper on the host that they run on")
        }
        description = try host.description(of: domain)
        let leading = try Forward.all(in: description, named: name)
            .filter { $0.proto == "tcp" }.compactMap { $0.leading(to: port) }
        forwards = leading.compactMap { WayToGuest($0) }
        if forwards.isEmpty, let device = leading.first?.device {
            throw Refusal(
                .unsupported,
                "port \(port) of domain '\(name)' is forwarded from the device '\(device)' only, "
                    + "by which this host does not reach itself", object: name,
                hint: "let the portForward have an address instead of 'dev'")
        }
        // A user network gives its guest addresses of the host's, or of nobody's.
        macs = Set(
            try description.root.nodes(
                "devices/interface[not(backend/@type='passt') and @type!='user']/mac/@address"
            ).map { $0.text.lowercased() })
        if forwards.isEmpty, macs.isEmpty { throw noForward(leading: port) }
    }

    private func noForward(leading port: UInt16) -> Refusal {
        Refusal(
            .notFound,
            "no forward leads to port \(port) of domain '\(name)', which has no interface on a "
                + "network of the host's either", object: name,
            hint: "'port-forwards' tells what is forwarded")
    }

    /// All ways that are known now. The agent is asked only where nobody else knows one: it answers
    /// late, or never.
    func ways(askingAgent: Bool) throws -> [WayToGuest] {
        if !forwards.isEmpty { return forwards }
        var found = try ways(from: [.lease, .arp])
        // What a guest claims about itself has a limit.
        if found.isEmpty, askingAgent { found = Array(try ways(from: [.agent]).prefix(8)) }
        return found
    }

    private func ways(from sources: [Domain.AddressSource]) throws -> [WayToGuest] {
        let addresses: [GuestAddress]
        do {
            addresses = try host.addresses(of: domain, description, from: sources)
        } catch let refusal as Refusal {
            // Nobody who can be asked: perhaps later. But a domain that is gone stays so.
            guard try domain.isActive() else { throw refusal }
            return []
        }
        return addresses.filter { address in
            // An address that means something else on each link leads nowhere by itself.
            guard let mac = address.mac, !address.address.lowercased().hasPrefix("fe80:") else {
                return false
            }
            return macs.contains(mac)
        }.map { WayToGuest($0, port) }
    }

    /// Whether a way that just answered is the guest's by more than its own word.
    func confirms(_ way: WayToGuest) -> Bool {
        guard let mac = way.claimedBy else { return true }
        do {
            return try host.addresses(of: domain, description, from: [.arp]).contains {
                $0.source == .arp && $0.address == way.address && $0.mac == mac
            }
        } catch { return false }
    }
}
