import Glibc
import Libvirt
import Protocol
import System
import TestSupport
import Testing

@testable import Volumes

@Suite struct DirectoryPoolTests {
    @Test func volumesAreOpened() throws {
        try withPool(volumes: ["a"]) { fixture in
            try fixture.put("text", "a")
            let pool = try fixture.open()
            #expect(try pool.hasFile(fileName("a")))
            #expect(try !pool.hasFile(fileName("b")))
            #expect(try pool.open(fileName("a")).contents(limit: 9) == Array("text".utf8))
        }
    }

    @Test func unknownPoolAndVolumeAreNotFound() throws {
        try withPool(volumes: ["gone"]) { fixture in
            #expect(
                errorKind { _ = try DirectoryPool(named: "none", fixture.connection) }
                    == .notFound)
            let pool = try fixture.open()
            try fixture.put("text", "unknown")
            // On the disk, but libvirt does not know it.
            do {
                _ = try pool.open(fileName("unknown"))
                Issue.record("opened")
            } catch let error as RequestError {
                #expect(error.kind == .notFound)
                #expect(error.message.hasPrefix("failed getting 'unknown': "))
            }
        }
    }

    @Test func otherFilesAreLeftAlone() throws {
        try withPool(volumes: ["link", "directory", "fifo"]) { fixture in
            try #require(symlink("/etc/passwd", "\(fixture.path)/link") == 0)
            try Directory.make("\(fixture.path)/directory")
            try #require(mkfifo("\(fixture.path)/fifo", 0o600) == 0)
            let pool = try fixture.open()
            for name in ["link", "directory", "fifo"] {
                do {
                    _ = try pool.open(fileName(name))
                    Issue.record("\(name) was opened")
                } catch let error as RequestError {
                    #expect(error.kind == .badRequest)
                    #expect(
                        error.message
                            == "'\(name)' in pool 'pool' is not a regular file and is left alone")
                }
            }
        }
    }

    @Test func otherTypesAreUnsupported() throws {
        try withPool(type: "fs") { fixture in
            do {
                _ = try fixture.open()
                Issue.record("opened")
            } catch let error as RequestError {
                #expect(error.kind == .unsupported)
                #expect(
                    error.message == "only type=dir storage pools are supported, and pool 'pool' "
                        + "is of type 'fs'")
            }
        }
    }

    @Test func poolMustBeActive() throws {
        try withPool { fixture in
            try fixture.connection.storagePool(name: "pool").destroy()
            do {
                _ = try fixture.open()
                Issue.record("opened")
            } catch let error as RequestError {
                #expect(error.kind == .libvirt)
                #expect(error.message == "pool 'pool' is not active: start it first")
            }
        }
    }

    @Test func directoryMustExist() throws {
        try withPool { fixture in
            Directory.removeTree(fixture.path)
            #expect(errorKind { _ = try fixture.open() } == .notFound)
        }
    }

    @Test(arguments: [
        "", ".", "..", "a/b", "../a", "a\0", "a\nb", "a\u{7F}", "a\u{9B}",
        String(repeating: "n", count: 256),
    ])
    func invalidNamesAreRejected(name: String) {
        #expect(errorKind { _ = try volumeName(name) } == .badRequest)
    }

    @Test(arguments: ["a", "a b", "é.qcow2", ".a", "-a", "<a>&'\""])
    func otherNamesAreValid(name: String) throws { #expect(try volumeName(name).text == name) }
}
