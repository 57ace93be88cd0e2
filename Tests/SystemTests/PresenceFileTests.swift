import Glibc
import TestSupport
import Testing

@testable import System

@Suite struct PresenceFileTests {
    @Test func lastsAsLongAsTheObject() throws {
        try inTemporaryDirectory { directory in
            let path = "\(directory)/file"
            var file: PresenceFile? = try PresenceFile(Array("text".utf8), as: path)
            #expect(try state(path) == "text")
            #expect(file?.isPresent == true)
            file = nil
            #expect(try state(path) == "missing")
            #expect(try names(in: directory) == [])
        }
    }

    @Test func whatOthersCannotReadIsNotWritten() throws {
        try inTemporaryDirectory { directory in
            let path = "\(directory)/file"
            let longest = [UInt8](repeating: 32, count: PresenceFile.sizeLimit)
            #expect(throws: SystemError.tooLarge) { try PresenceFile(longest + [32], as: path) }
            #expect(try names(in: directory) == [])
            let file = try PresenceFile(longest, as: path)
            #expect(try state(path).utf8.count == longest.count)
            // Its lock is on another descriptor.
            try FileDescriptor.open(path, O_WRONLY | O_APPEND).write([32])
            #expect(throws: SystemError.tooLong) { try state(path) }
            withExtendedLifetime(file) {}
        }
    }

    @Test func aFileWithoutLockIsAbandoned() throws {
        try inTemporaryDirectory { directory in
            let path = "\(directory)/file"
            try write("text", to: path)
            #expect(try state(path) == "abandoned")
        }
    }

    @Test func watchersAreNotifiedAndTheLockStays() throws {
        try inTemporaryDirectory { directory in
            let path = "\(directory)/file"
            let file = try PresenceFile(Array("text".utf8), as: path)
            let watch = try PathWatch(directory, .closedByWriter)
            PresenceFile.notifyWatchers(of: path)
            #expect(watch.clear())
            #expect(try state(path) == "text")
            PresenceFile.notifyWatchers(of: "\(directory)/none")
            #expect(!watch.clear())
            withExtendedLifetime(file) {}
        }
    }

    /// Somebody else may have a file of the name by then.
    @Test func removesOnlyItsOwnFile() throws {
        try inTemporaryDirectory { directory in
            let path = "\(directory)/file"
            var file: PresenceFile? = try PresenceFile([], as: path)
            try removeFile(path)
            try write("another", to: path)
            #expect(file?.isPresent == false)
            file = nil
            #expect(try text(of: path) == "another")
        }
    }

    private func state(_ path: String) throws -> String {
        switch try PresenceFile.state(of: path, reading: true) {
        case .missing: "missing"
        case .abandoned: "abandoned"
        case .present(let bytes): String(decoding: bytes ?? [], as: UTF8.self)
        }
    }
}
