import Libvirt
import System
import TestSupport
import Testing

@testable import GuestAccess

@Suite struct PortProbeTests {
    private func address(_ source: Domain.AddressSource) -> GuestAddress {
        GuestAddress(
            interface: "eth0", mac: "52:54:00:00:00:01", isIPv6: false, address: "127.0.0.1",
            prefix: 8, source: source)
    }

    /// Otherwise a guest could make this host connect to any port of any machine.
    @Test(arguments: [(Domain.AddressSource.agent, false), (.lease, true)])
    func nothingConnectsToAnUnprovenClaim(
        source: Domain.AddressSource, connects: Bool
    ) throws {
        let listener = try Listener()
        let route = GuestRoute(address(source), listener.port, isProofNeeded: true)
        let probe = try PortProbe(route, .standard, guestPort: 22) { "not the guest's" }
        for _ in 1...5 {
            #expect(try !probe.proceed())
            pause(milliseconds: 30)
        }
        #expect(probe.outcome == "not the guest's")
        #expect(try waitForAny(of: [listener], until: .now) == connects)
    }

    @Test func aProvenClaimIsConnectedTo() throws {
        let listener = try Listener()
        let route = GuestRoute(address(.agent), listener.port, isProofNeeded: true)
        let probe = try PortProbe(route, .standard, guestPort: 22) { nil }
        #expect(try !probe.proceed())
        #expect(try waitForAny(of: [listener], until: .now + .seconds(5)))
    }
}
