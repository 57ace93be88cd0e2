import Libvirt
import Testing

@Suite struct NodeDeviceTests {
    /// The names have the MAC addresses of guests.
    @Test(arguments: [
        ("net_vnet3_fe_54_00_12_34_56", true), ("net_macvtap0_52_54_00_12_34_56", true),
        ("net_eth0_52_54_00_12_34_56", false), ("pci_0000_00_01_0", false),
    ])
    func devicesThatConnectGuests(_ name: String, connectsGuest: Bool) {
        #expect(NodeDevice.connectsGuest(name) == connectsGuest)
    }
}
