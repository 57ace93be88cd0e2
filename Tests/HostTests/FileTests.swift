import Dispatch
import Glibc
import Synchronization
import Testing

@testable import Host

/// Files that appear whole, and locks, in a directory of each test's own.
@Suite struct FileTests {
    private func inDirectory(_ body: (borrowing Directory) throws -> Void) throws {
        let path = try Directory.makeTemporary(prefix: "/var/tmp/atex-virt-helper-test-")
        defer { Directory.removeTree(path) }
        try body(Directory(path))
        #expect(try contents(of: "/proc/self/comm", limit: 100).isEmpty == false)
    }

    private func text(_ name: String, _ directory: borrowing Directory) throws -> String {
        String(
            decoding: try contents(of: "\(directory.path)/\(name)", limit: 1 << 20), as: UTF8.self)
    }

    private func put(_ text: String, _ name: String, _ directory: borrowing Directory) throws {
        let file = try NewFile(in: directory)
        try file.file.write(Array(text.utf8)[...])
        try file.publish(as: name)
    }

    @Test func whatIsLeftIsRemovedAndWhatIsHeldStays() throws {
        let path = try Directory.makeTemporary(prefix: "/var/tmp/atex-virt-helper-test-")
        defer { Directory.removeTree(path) }
        for name in ["a1", "a2", "b1"] {
            let file = try OpenFile.creating("\(path)/\(name)")
            try file.close()
        }
        try Directory.make("\(path)/a3/deep")
        try Directory.make("\(path)/a4")
        let first = try Hold("\(path)/a1")
        var second = try Hold("\(path)/a4")
        #expect(first != nil && second != nil)
        func remove(unless end: String) -> [String] {
            Hold.removeLeft(in: path, where: { $0.hasPrefix("a") }, unless: { $0.hasSuffix(end) })
                .sorted()
        }
        #expect(remove(unless: "a2") == ["\(path)/a3"])
        second = nil
        #expect(remove(unless: "none") == ["\(path)/a2", "\(path)/a4"])
        #expect(try Directory(path).names().sorted() == ["a1", "b1"])
        withExtendedLifetime(first) {}
        #expect(Hold.removeLeft(in: "\(path)/none", where: { _ in true }) == [])
        #expect(try Hold("\(path)/none") == nil)
    }

    @Test func aFileIsThereOnlyWhenPublished() throws {
        try inDirectory { directory in
            try put("old", "a", directory)
            let abandoned = try NewFile(in: directory)
            try abandoned.file.write(Array("new".utf8)[...])
            _ = consume abandoned
            #expect(try text("a", directory) == "old")
            try put("new", "a", directory)
            #expect(try text("a", directory) == "new")
            #expect(try directory.names() == ["a"])
        }
    }

    @Test func aFileThatNeedsANameMeanwhileHasItNoLonger() throws {
        try inDirectory { directory in
            for isKept in [false, true] {
                for replaces in [false, true] {
                    let file = try NewFile(in: directory, isNamed: true)
                    #expect(try directory.names().count == (isKept && replaces ? 2 : 1))
                    try file.file.write(Array("text".utf8)[...])
                    if isKept {
                        try file.publish(as: "a", replacing: replaces)
                    } else {
                        _ = consume file
                    }
                    #expect(try directory.names() == (isKept ? ["a"] : []))
                }
            }
            #expect(try text("a", directory) == "text")
        }
    }

    /// As the first sessions on a host do.
    @Test func manyMakeOneDirectoryAtOnce() throws {
        try inDirectory { directory in
            let path = directory.path
            let failures = Mutex<[SystemError]>([])
            for turn in 0..<100 {
                DispatchQueue.concurrentPerform(iterations: 4) { _ in
                    do throws(SystemError) { try Directory.make("\(path)/\(turn)/a/b") } catch {
                        failures.withLock { $0.append(error) }
                    }
                }
            }
            #expect(failures.withLock { $0 } == [])
            try put("", "file", directory)
            #expect(throws: SystemError.self) { try Directory.make("\(path)/file") }
            #expect(throws: SystemError.self) { try Directory.make("\(path)/file/a") }
        }
    }

    @Test func directoriesAreSearchableByTheirOwnerGroupOrAll() throws {
        try inDirectory { directory in
            let mine = try FileStatus(of: directory.path)
            let myGroup = try #require(Account.numbered(mine.ownerID)).groups
            let path = "\(directory.path)/a"
            func isOpen(_ mode: mode_t, to id: UInt32, in groups: [String] = []) throws -> Bool {
                try Directory.make(path)
                defer { Directory.removeTree(path) }
                try #require(chmod(path, mode) == 0)
                return isSearchable(
                    path, by: Account(name: "x", id: id, home: "", shell: "", groups: groups))
            }
            #expect(try isOpen(0o700, to: 4_000_000) == false)
            #expect(try isOpen(0o711, to: 4_000_000))
            #expect(try isOpen(0o710, to: 4_000_000) == false)
            #expect(try isOpen(0o710, to: 4_000_000, in: myGroup))
            #expect(try isOpen(0o701, to: 4_000_000, in: myGroup) == false)
            #expect(try isOpen(0o700, to: mine.ownerID))
            #expect(
                isSearchable(path + "/absent", by: try #require(.numbered(mine.ownerID))) == false)
        }
    }

    /// As `setfacl -m u:64055:x` makes it.
    @Test(arguments: [(5, 1), (4, 0), (1, 1)]) func accessListsNameUsers(mask: UInt8, is: UInt8) {
        func entry(_ kind: UInt8, _ permissions: UInt8, _ id: UInt32 = .max) -> [UInt8] {
            [kind, 0, permissions, 0] + (0..<4).map { UInt8(truncatingIfNeeded: id >> ($0 * 8)) }
        }
        let list =
            [2, 0, 0, 0] + entry(0x01, 7) + entry(0x02, 1, 64055) + entry(0x04, 0)
            + entry(0x10, mask) + entry(0x20, 0)
        #expect(permissions(of: 64055, in: list[...]) == `is`)
        #expect(permissions(of: 64056, in: list[...]) == nil)
        #expect(permissions(of: 64055, in: list[..<3]) == nil)
    }

    @Test func publishingReplacesNothingUnlessAsked() throws {
        try inDirectory { directory in
            try put("old", "a", directory)
            let file = try NewFile(in: directory)
            var isRefused = false
            do { try file.publish(as: "a", replacing: false) } catch { isRefused = true }
            #expect(isRefused)
            #expect(try text("a", directory) == "old")
            #expect(try directory.names() == ["a"])
        }
    }

    @Test func aCopyHasTheBytesAndTheHoles() throws {
        try inDirectory { directory in
            let source = try NewFile(in: directory)
            try source.file.write(Array("data".utf8)[...])
            try source.file.setSize(64 << 20)
            try source.publish(as: "source")
            let copy = try NewFile(in: directory)
            var told: [[Int64]] = []
            try copy.file.copy(from: directory.open("source")) { told.append([$0, $1]) }
            #expect(told.last == [64 << 20, 64 << 20])
            try copy.publish(as: "copy")
            let attributes = try directory.open("copy").attributes()
            #expect(attributes.size == 64 << 20)
            #expect(attributes.allocatedSize < 1 << 20)
            let bytes = try contents(of: "\(directory.path)/copy", limit: 65 << 20)
            #expect(bytes.prefix(5) == Array("data\0".utf8)[...])
        }
    }

    @Test func nothingThatLooksStaleMakesUsWait() throws {
        try inDirectory { directory in
            let pipe = "\(NewFile.volumePrefix)pipe"
            let made = try ChildProcess.run(["mkfifo", "\(directory.path)/\(pipe)"])
            try #require(made.ending == .exit(0))
            try NewFile.removeStale(in: directory)
            #expect(try directory.names() == [pipe])
        }
    }

    @Test func noLinkIsFollowed() throws {
        try inDirectory { directory in
            try put("text", "a", directory)
            try makeLink("\(directory.path)/link", to: "a")
            #expect(try directory.kind(of: "link") == .symbolicLink)
            var isRefused = false
            do { _ = try directory.open("link") } catch { isRefused = true }
            #expect(isRefused)
            #expect(try directory.kind(of: "none") == .absent)
        }
    }

    @Test func aLockIsOursUntilItGoes() throws {
        try inDirectory { directory in
            let path = "\(directory.path)/lock"
            #expect(try RecordLock.holder(path: path) == nil)
            let lock = try RecordLock(path: path)
            let isHeld = lock != nil
            #expect(isHeld)
            // Of our own lock the system says that nobody else holds it.
            #expect(try RecordLock.holder(path: path) == nil)
        }
    }
}

private func makeLink(_ path: String, to target: String) throws {
    try #require(ChildProcess.run(["ln", "-s", target, path]).ending == .exit(0))
}
