import Dispatch
import Glibc
import Synchronization
import System
import TestSupport
import Testing

@Suite struct DirectoryTests {
    /// The first sessions on a host do this.
    @Test func severalThreadsMayMakeSameDirectory() throws {
        try inTemporaryDirectory { path in
            let failures = Mutex<[SystemError]>([])
            for turn in 0..<100 {
                DispatchQueue.concurrentPerform(iterations: 4) { _ in
                    do throws(SystemError) { try Directory.make("\(path)/\(turn)/a/b") } catch {
                        failures.withLock { $0.append(error) }
                    }
                }
            }
            #expect(failures.withLock { $0 } == [])
        }
    }

    @Test func fileIsNotMadeDirectory() throws {
        try inTemporaryDirectory { path in
            try write("", to: "\(path)/file")
            for name in ["file", "file/a"] {
                #expect(throws: SystemError(number: ENOTDIR)) {
                    try Directory.make("\(path)/\(name)")
                }
            }
        }
    }

    @Test func linksAreNotFollowed() throws {
        try inTemporaryDirectory { path in
            try write("text", to: "\(path)/a")
            try #require(symlink("a", "\(path)/link") == 0)
            let directory = try Directory(path)
            #expect(try directory.kind(of: "a") == .regular)
            #expect(try directory.kind(of: "link") == .symbolicLink)
            #expect(try directory.kind(of: ".") == .directory)
            #expect(try directory.kind(of: "none") == nil)
            #expect(try directory.open("a").contents(limit: 9) == Array("text".utf8))
            for name in ["link", ".", "none"] {
                #expect(throws: SystemError.self) { _ = try directory.open(name) }
            }
        }
    }

    @Test func openDoesNotBlockOnFIFO() throws {
        try inTemporaryDirectory { path in
            try #require(mkfifo("\(path)/fifo", 0o600) == 0)
            let directory = try Directory(path)
            #expect(throws: SystemError(number: EINVAL)) { _ = try directory.open("fifo") }
        }
    }

    @Test func filesAreRenamedAndRemoved() throws {
        try inTemporaryDirectory { path in
            try write("a", to: "\(path)/a")
            try write("b", to: "\(path)/b")
            let directory = try Directory(path)
            try directory.rename("a", to: "b")
            #expect(try directory.names() == ["b"])
            #expect(try text(of: "\(path)/b") == "a")
            try directory.remove("b")
            try directory.remove("b")
            #expect(try directory.names() == [])
            #expect(throws: SystemError.noSuchFile) { try directory.rename("a", to: "b") }
        }
    }

    @Test func treesAreRemovedWithoutFollowingLinks() throws {
        try inTemporaryDirectory { path in
            try write("text", to: "\(path)/outside")
            try Directory.make("\(path)/tree/a/b")
            try write("", to: "\(path)/tree/a/file")
            try #require(symlink("../../outside", "\(path)/tree/a/link") == 0)
            try #require(symlink(path, "\(path)/tree/up") == 0)
            Directory.removeTree("\(path)/tree")
            Directory.removeTree("\(path)/none")
            #expect(try names(in: path) == ["outside"])
        }
    }
}
