import Glibc
import System
import TestSupport
import Testing

/// `Tests/Protocol/test_ipv6_guest.py` tests it with neighbours.
@Suite struct NeighbourTableTests {
    @Test func unknownMACHasNoEntries() throws {
        #expect(try NeighbourTable.entries(ofMAC: "02:00:00:00:00:00") == [])
    }

    /// The IPv4 entries are those of proc(5)'s `/proc/net/arp` that are complete.
    @Test func entriesEqualThoseOfARP() throws {
        let lines = try text(of: "/proc/net/arp").split(separator: "\n").dropFirst()
        for line in lines {
            let fields = line.split(separator: " ")
            guard fields.count == 6, fields[2] == "0x2" else { continue }
            let found = try NeighbourTable.entries(ofMAC: fields[3].lowercased())
            #expect(found.contains { $0.address == fields[0] && !$0.isIPv6 })
        }
    }
}
