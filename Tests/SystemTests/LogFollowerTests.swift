import Glibc
import System
import TestSupport
import Testing

/// Logs that another process writes and rotates while they are read.
@Suite struct LogFollowerTests {
    /// Everything that can be read now.
    private func read(_ follower: LogFollower) throws -> String {
        var text = ""
        var buffer = [UInt8](repeating: 0, count: 100)
        while true {
            let length = try follower.read(into: &buffer)
            if length == 0 { return text }
            text += String(decoding: buffer[..<length], as: UTF8.self)
        }
    }

    /// Does what virtlogd does, with any number of old files.
    private static func rotate(_ path: String, files: Int) throws {
        let directory = try Directory(path)
        for old in (0..<files).reversed() {
            try directory.rename("log.\(old)", to: "log.\(old + 1)")
        }
        try directory.rename("log", to: "log.0")
    }

    @Test func noFileIsSkippedDuringFastRotation() throws {
        try inTemporaryDirectory { path in
            let log = "\(path)/log"
            try append("0\n", to: log)
            let follower = try LogFollower(log, from: .beginning)
            let count = 60
            var text = ""
            let rotate: @Sendable () -> Void = {
                do {
                    for number in 1...count {
                        try Self.rotate(path, files: number - 1)
                        try append("\(number)\n", to: log)
                    }
                } catch { Issue.record(error) }
            }
            try runConcurrently(rotate) {
                var buffer = [UInt8](repeating: 0, count: 100)
                let deadline = ContinuousClock.now + .seconds(20)
                while !text.hasSuffix("\n\(count)\n") {
                    let length = try follower.read(into: &buffer)
                    text += String(decoding: buffer[..<length], as: UTF8.self)
                    guard length == 0 else { continue }
                    try #require(try waitForAny(of: [follower.watch], until: deadline))
                }
            }
            #expect(text == (0...count).map { "\($0)\n" }.joined())
        }
    }

    @Test func beginningIncludesRotatedFiles() throws {
        try inTemporaryDirectory { path in
            let log = "\(path)/log"
            for (name, text) in [("log.1", "a"), ("log.0", "b"), ("log", "c"), ("log.3", "x")] {
                try append(text, to: "\(path)/\(name)")
            }
            let follower = try LogFollower(log, from: .beginning)
            #expect(try read(follower) == "abc")
            try append("d", to: log)
            #expect(try read(follower) == "d")
        }
    }

    @Test func endSkipsWhatIsThere() throws {
        try inTemporaryDirectory { path in
            let log = "\(path)/log"
            try append("old", to: "\(path)/log.0")
            try append("old", to: log)
            let follower = try LogFollower(log, from: .end)
            #expect(try read(follower) == "")
            try append("new", to: log)
            #expect(try read(follower) == "new")
        }
    }

    @Test func markSkipsWhatWasBefore() throws {
        try inTemporaryDirectory { path in
            let log = "\(path)/log"
            try append("old", to: log)
            let mark = LogFollower.Mark(log)
            try append("new", to: log)
            #expect(try read(LogFollower(log, from: .mark(mark))) == "new")
            // A new file under the old name is read from its start.
            try Self.rotate(path, files: 0)
            try append("n", to: log)
            #expect(try read(LogFollower(log, from: .mark(mark))) == "n")
        }
    }

    @Test func markOfMissingLogReadsAll() throws {
        try inTemporaryDirectory { path in
            let mark = LogFollower.Mark("\(path)/log")
            try append("new", to: "\(path)/log")
            #expect(try read(LogFollower("\(path)/log", from: .mark(mark))) == "new")
        }
    }

    @Test func truncatedLogIsReadFromItsEnd() throws {
        try inTemporaryDirectory { path in
            let log = "\(path)/log"
            try append("a long old text", to: log)
            let mark = LogFollower.Mark(log)
            try #require(truncate(log, 1) == 0)
            let follower = try LogFollower(log, from: .mark(mark))
            try append("b", to: log)
            #expect(try read(follower) == "b")
        }
    }

    @Test func writerThatClosesIsNoticed() throws {
        try inTemporaryDirectory { path in
            let log = "\(path)/log"
            try append("a", to: log)
            let writer = try FileDescriptor.appending(log)
            let follower = try LogFollower(log, from: .beginning)
            try writer.write(Array("b".utf8))
            #expect(try read(follower) == "ab")
            #expect(!follower.isClosed)
            _ = consume writer
            #expect(try waitForAny(of: [follower.watch], until: .now + .seconds(10)))
            #expect(try read(follower) == "")
            #expect(follower.isClosed)
            follower.isClosed = false
            #expect(try read(follower) == "")
            #expect(!follower.isClosed)
        }
    }

    /// After a rotation, the new file's writer has not closed it.
    @Test func rotationReopensLog() throws {
        try inTemporaryDirectory { path in
            let log = "\(path)/log"
            try append("a", to: log)
            let follower = try LogFollower(log, from: .beginning)
            try append("b", to: log)
            #expect(try read(follower) == "ab")
            #expect(follower.isClosed)
            try Self.rotate(path, files: 0)
            #expect(try read(follower) == "")
            let writer = try FileDescriptor.creating(log)
            try writer.write(Array("c".utf8))
            #expect(try waitForAny(of: [follower.watch], until: .now + .seconds(10)))
            #expect(try read(follower) == "c")
            #expect(!follower.isClosed)
            _ = consume writer
        }
    }

    @Test func onlyRegularFilesAreOpened() throws {
        try inTemporaryDirectory { path in
            try append("text", to: "\(path)/file")
            try #require(symlink("file", "\(path)/link") == 0)
            try #require(mkfifo("\(path)/fifo", 0o600) == 0)
            for name in ["link", "fifo", ".", "none"] {
                #expect(throws: SystemError.self) {
                    try LogFollower("\(path)/\(name)", from: .beginning)
                }
            }
        }
    }
}

private func append(_ text: String, to path: String) throws {
    let file = try pathExists(path) ? FileDescriptor.appending(path) : .creating(path)
    try file.write(Array(text.utf8))
}
