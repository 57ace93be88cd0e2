import Testing

@testable import System

@Suite struct ARPTableTests {
    @Test func completeEntriesAreReturned() {
        let text = """
            IP address       HW type     Flags       HW address            Mask     Device
            203.0.113.1      0x1         0x2         FA:99:1e:af:5a:25     *        eth0
            198.51.100.9     0x1         0x0         00:00:00:00:00:00     *        lan0
            198.51.100.22    0x1         0x6         52:54:00:e2:e0:02     *        lan0

            """
        #expect(
            ARPTable.parse(text) == [
                ARPTable.Entry(address: "203.0.113.1", mac: "fa:99:1e:af:5a:25"),
                ARPTable.Entry(address: "198.51.100.22", mac: "52:54:00:e2:e0:02"),
            ])
        #expect(ARPTable.parse("") == [])
    }
}
