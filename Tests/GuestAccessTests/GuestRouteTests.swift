import Libvirt
import Testing
import Wire

@testable import GuestAccess

@Suite struct GuestRouteTests {
    private func route(
        _ address: String?, _ backend: Forward.Backend = .passt, device: String? = nil
    ) -> GuestRoute? {
        GuestRoute(
            Forward(
                domain: "vm1", proto: .tcp, address: address, device: device,
                hostPorts: 2201...2201, guestPort: 22, backend: backend, interface: nil))
    }

    private func client(at host: String?) -> Client {
        Client(sshConnection: host.map { "192.0.2.1 50022 \($0) 22" }, sudoUser: nil)
    }

    @Test(arguments: [
        (nil, "127.0.0.1:2201"), ("0.0.0.0", "127.0.0.1:2201"), ("::", "[::1]:2201"),
        ("192.0.2.9", "192.0.2.9:2201"), ("2001:db8::9", "[2001:db8::9]:2201"),
    ])
    func hostConnectsToListeningAddress(address: String?, text: String) throws {
        #expect(try #require(route(address)).text == text)
        #expect(try #require(route(address)).isForward)
    }

    /// A client that came by ssh reaches a forward at the address that it used for ssh, if the
    /// forward listens there.
    @Test(
        arguments: [
            // Without an address, passt listens on all, QEMU on all IPv4 addresses.
            (nil, .passt, "192.0.2.9", "192.0.2.9"), (nil, .passt, "2001:db8::9", "2001:db8::9"),
            (nil, .passt, nil, "127.0.0.1"),
            (nil, .qemu, "192.0.2.9", "192.0.2.9"), (nil, .qemu, "2001:db8::9", "127.0.0.1"),
            ("0.0.0.0", .passt, "192.0.2.9", "192.0.2.9"),
            ("0.0.0.0", .passt, "2001:db8::9", "127.0.0.1"),
            ("::", .passt, "2001:db8::9", "2001:db8::9"), ("::", .passt, "192.0.2.9", "::1"),
            ("::", .passt, nil, "::1"), ("127.0.0.1", .passt, "192.0.2.9", "127.0.0.1"),
            ("192.0.2.8", .qemu, "192.0.2.9", "192.0.2.8"),
        ] as [(String?, Forward.Backend, String?, String)])
    func addressIsForClient(
        address: String?, backend: Forward.Backend, host: String?, expected: String
    ) throws {
        #expect(try #require(route(address, backend)).address(for: client(at: host)) == expected)
    }

    /// Connections from this host arrive through the loopback device only.
    @Test func devicesOtherThanLoopbackCannotBeUsed() throws {
        #expect(route(nil, device: "eth0") == nil)
        let loopback = try #require(route(nil, device: "lo"))
        #expect(loopback.address(for: client(at: "192.0.2.9")) == "127.0.0.1")
    }

    @Test func guestAddressIsTheSameForAllClients() {
        func route(_ source: GuestAddress) -> GuestRoute { GuestRoute(source, 22) }
        let lease = route(
            GuestAddress(
                interface: "vnet0", mac: "52:54:00:00:00:0a", isIPv6: false,
                address: "192.0.2.5", prefix: 24, source: .lease))
        #expect(lease.address(for: client(at: "192.0.2.9")) == "192.0.2.5")
        #expect(lease.text == "192.0.2.5:22")
        #expect(!lease.isForward && lease.claimedBy == nil)
    }

    /// The guest controls what its agent reports.
    @Test func addressOfAgentHasToBeConfirmed() {
        let agent = GuestRoute(
            GuestAddress(
                interface: "eth0", mac: "52:54:00:00:00:0a", isIPv6: true,
                address: "2001:db8::5", prefix: 64, source: .agent), 22)
        #expect(agent.claimedBy == "52:54:00:00:00:0a")
        #expect(agent.text == "[2001:db8::5]:22")
    }
}
