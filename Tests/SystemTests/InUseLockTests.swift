import System
import TestSupport
import Testing

@Suite struct InUseLockTests {
    @Test func leftoversAreRemovedAndLockedFilesStay() throws {
        try inTemporaryDirectory { path in
            for name in ["a1", "a2", "b1"] { try write("", to: "\(path)/\(name)") }
            try Directory.make("\(path)/a3/deep")
            try Directory.make("\(path)/a4")
            let first = try InUseLock("\(path)/a1")
            var second = try InUseLock("\(path)/a4")
            #expect(first != nil && second != nil)
            func removed(unless end: String) -> [String] {
                InUseLock.removeLeftovers(
                    in: path, where: { $0.hasPrefix("a") }, unless: { $0.hasSuffix(end) }
                ).sorted()
            }
            #expect(removed(unless: "a2") == ["\(path)/a3"])
            second = nil
            #expect(removed(unless: "none") == ["\(path)/a2", "\(path)/a4"])
            #expect(try names(in: path) == ["a1", "b1"])
            withExtendedLifetime(first) {}
        }
    }

    @Test func missingFilesAreNotLocked() throws {
        #expect(try InUseLock("/var/tmp/atex-virt-helper-none/none") == nil)
        let none = "/var/tmp/atex-virt-helper-none"
        #expect(InUseLock.removeLeftovers(in: none, where: { _ in true }) == [])
    }
}
