import Libvirt
import Protocol
import Testing

@testable import GuestAccess

@Suite struct BannerTests {
    private let forward = GuestRoute(
        Forward(
            domain: "vm1", proto: .tcp, address: nil, device: nil, hostPorts: 2201...2201,
            guestPort: 22, backend: .passt, interface: nil))
    private let direct = GuestRoute(
        GuestAddress(
            interface: "vnet0", mac: nil, isIPv6: false, address: "192.0.2.5", prefix: 24,
            source: .lease), 22)

    /// The proof that is required at a port of the guest.
    private func proof(
        _ text: String?, at port: UInt16, _ route: GuestRoute?
    ) throws -> String {
        switch try Banner(text).proof(at: port, try #require(route)) {
        case .accepted: "accepted"
        case .stayingOpen: "staying open"
        case .anyByte: "any byte"
        case .match(_, let expression): "match \(expression)"
        }
    }

    @Test func sshHasBanner() throws {
        #expect(try proof(nil, at: 22, forward) == "match SSH-")
        #expect(try proof(nil, at: 22, direct) == "match SSH-")
    }

    /// A forward accepts connections whether or not the guest does.
    @Test func forwardNeedsMoreThanConnection() throws {
        #expect(try proof(nil, at: 80, forward) == "any byte")
        #expect(try proof(nil, at: 80, direct) == "accepted")
        #expect(try proof("none", at: 22, forward) == "staying open")
        #expect(try proof("none", at: 22, direct) == "accepted")
    }

    @Test func expressionMustMatch() throws {
        #expect(try proof("^220 ", at: 25, forward) == "match ^220 ")
        expectError(.badRequest, "banner '(' is not a valid regular expression: ") {
            _ = try Banner("(")
        }
    }
}
