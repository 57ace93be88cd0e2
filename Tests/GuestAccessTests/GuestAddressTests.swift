import Libvirt
import Testing
import Text

@testable import GuestAccess

@Suite struct GuestAddressTests {
    private func address(
        _ address: String, mac: String? = "52:54:00:00:00:0a",
        from source: Domain.AddressSource = .lease
    ) -> GuestAddress {
        GuestAddress(
            interface: "vnet0", mac: mac, isIPv6: address.contains(":"), address: address,
            prefix: 24, source: source)
    }

    @Test func firstSourceOfAddressCounts() {
        let merged = GuestAddress.merged([
            address("192.0.2.5"), address("192.0.2.5", from: .agent),
            address("192.0.2.5", mac: nil, from: .arp), address("192.0.2.6", from: .arp),
        ])
        #expect(merged == [address("192.0.2.5"), address("192.0.2.6", from: .arp)])
    }

    @Test func interfacesMayShareAddress() {
        let both = [address("192.0.2.5"), address("192.0.2.5", mac: "52:54:00:00:00:0b")]
        #expect(GuestAddress.merged(both) == both)
    }

    @Test func loopbackAndEmptyAddressesAreDropped() {
        #expect(
            GuestAddress.merged([address("127.0.0.1"), address("::1"), address("")]) == [])
    }

    @Test func jsonHasAllMembers() {
        var bytes: [UInt8] = []
        address("2001:db8::5", mac: nil, from: .agent).json.write(to: &bytes)
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == #"{"interface": "vnet0", "mac": null, "family": "ipv6", "#
                + #""address": "2001:db8::5", "prefix": 24, "source": "agent"}"#)
    }
}
