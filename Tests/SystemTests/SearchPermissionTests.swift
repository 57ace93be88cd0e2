import Glibc
import TestSupport
import Testing

@testable import System

@Suite struct SearchPermissionTests {
    @Test func modeDecidesForOwnerGroupAndOthers() throws {
        try inTemporaryDirectory { directory in
            let owner = try FileStatus(of: directory).ownerID
            let groups = try #require(Account.numbered(owner)).groups
            let path = "\(directory)/a"
            func isOpen(_ mode: mode_t, to id: UInt32, in groups: [String] = []) throws -> Bool {
                try Directory.make(path)
                defer { Directory.removeTree(path) }
                try #require(chmod(path, mode) == 0)
                return isSearchable(
                    path, by: Account(name: "x", id: id, home: "", shell: "", groups: groups))
            }
            let stranger: UInt32 = 4_000_000
            #expect(try isOpen(0o700, to: stranger) == false)
            #expect(try isOpen(0o711, to: stranger))
            #expect(try isOpen(0o710, to: stranger) == false)
            #expect(try isOpen(0o710, to: stranger, in: groups))
            #expect(try isOpen(0o701, to: stranger, in: groups) == false)
            #expect(try isOpen(0o700, to: owner))
            #expect(
                isSearchable(path + "/absent", by: try #require(.numbered(owner))) == false)
        }
    }

    /// The list is the one that `setfacl -m u:64055:x` makes.
    @Test(arguments: [(5, 1), (4, 0), (1, 1)])
    func accessListNamesUsers(mask: UInt8, granted: UInt8) {
        func entry(_ kind: UInt8, _ permissions: UInt8, _ id: UInt32 = .max) -> [UInt8] {
            [kind, 0, permissions, 0] + (0..<4).map { UInt8(truncatingIfNeeded: id >> ($0 * 8)) }
        }
        let list =
            [2, 0, 0, 0] + entry(0x01, 7) + entry(0x02, 1, 64055) + entry(0x04, 0)
            + entry(0x10, mask) + entry(0x20, 0)
        #expect(permissions(of: 64055, in: list[...]) == granted)
        #expect(permissions(of: 64056, in: list[...]) == nil)
        #expect(permissions(of: 64055, in: list[..<3]) == nil)
    }
}
