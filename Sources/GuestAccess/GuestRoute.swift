import Libvirt
import Policy
import Protocol
import System
package import Wire

/// An address and port of this host's network through which a port of a guest can be reached.
package struct GuestRoute: Equatable, Sendable {
    /// The numeric address to connect to.
    package let address: String
    package let port: UInt16
    /// Whether the host forwards the port: then a connection can be accepted without the guest.
    let isForward: Bool
    /// The host's addresses on which the forward listens.
    private let listening: Listening
    /// The MAC address of the guest's interface if the host's neighbour table has to confirm the
    /// address, or else a guest could direct clients to any machine: if only the guest itself
    /// claims it, or if nothing unproven is connected to.
    let claimedBy: String?
    /// Whether only the guest itself says that the address is its own: it could be any host's.
    let isOnlyClaimed: Bool

    private enum Listening { case one, allIPv4, allIPv6, all }

    package var text: String {
        address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)"
    }

    /// Makes the host's neighbour table find out who has an address that only the guest claims.
    func askWhoHasClaimedAddress() {
        guard isOnlyClaimed else { return }
        // Without the right to ask, the table may know it nevertheless.
        do throws(SystemError) { try NeighbourTable.resolve(address) } catch {}
    }

    /// The address for a client. A client that came by ssh reaches a port that is open on all
    /// addresses at the address that it used for ssh; all others are as seen from the host.
    package func address(for client: Client) -> String {
        guard let host = client.hostAddress else { return address }
        return switch listening {
        case .one: address
        case .all: host
        case .allIPv4: host.contains(":") ? address : host
        case .allIPv6: host.contains(":") ? host : address
        }
    }
}

extension GuestRoute {
    /// Through a forward; `nil` if the host itself cannot use it.
    init?(_ forward: Forward) {
        // Connections from this host always arrive through the loopback device.
        guard forward.device == nil || forward.device == "lo" else { return nil }
        guard let port = UInt16(exactly: forward.hostPorts.lowerBound) else { return nil }
        var (address, listening): (String, Listening) =
            switch forward.address {
            // Without an address, passt listens on all, QEMU on all IPv4 addresses.
            case nil: ("127.0.0.1", forward.backend == .passt ? .all : .allIPv4)
            case "0.0.0.0": ("127.0.0.1", .allIPv4)
            case "::": ("::1", .allIPv6)
            case let address?: (address, .one)
            }
        // It is `lo` here: other addresses of the host do not lead to it.
        if forward.device != nil { listening = .one }
        self.address = address
        self.listening = listening
        self.port = port
        isForward = true
        claimedBy = nil
        isOnlyClaimed = false
    }

    /// To the guest's own address.
    init(_ address: GuestAddress, _ port: UInt16, isProofNeeded: Bool = false) {
        self.address = address.address
        self.port = port
        isForward = false
        listening = .one
        isOnlyClaimed = address.source == .agent
        claimedBy = isProofNeeded || address.source == .agent ? address.mac : nil
    }
}

extension HostConnection {
    /// Where a client reaches the forward to a guest's TCP port; `nil` if there is no forward.
    package func forwardedAddress(
        of port: UInt16, ofDomain name: String, for client: Client
    ) throws -> (address: String, port: UInt16)? {
        try forwards(ofDomain: name).lazy
            .filter(isUsable).compactMap { $0.leading(to: port) }
            .compactMap { GuestRoute($0) }.first
            .map { ($0.address(for: client), $0.port) }
    }

    /// Whether connections may use a forward.
    func isUsable(_ forward: Forward) -> Bool {
        forward.proto == .tcp && (forward.hasRange || policy.connectsToUnprovenPorts)
    }
}
