import Glibc
import TestSupport
import Testing

@testable import System

/// A client cannot name a file that the process has open, by whatever path.
struct OwnFilesTests {
    private func threadID() throws -> Substring {
        // A link to `PID/task/TID`.
        try #require(try linkTarget("/proc/thread-self").split(separator: "/").last)
    }

    @Test func streamsAreRefused() throws {
        try inTemporaryDirectory { folder in
            let open = try FileDescriptor.creating("\(folder)/lock")
            try OwnFiles.addStream(open)
            // Another thread may have opened it for a command.
            let free = try FileDescriptor.creating("\(folder)/free")
            #expect(symlink("lock", "\(folder)/link") == 0)
            let number = open.number
            let thread = try threadID()
            for path in [
                "\(folder)/lock", "\(folder)/link", "/dev/fd/\(number)",
                "/proc/self/fd/\(number)", "/proc/\(getpid())/fd/\(number)",
                "/proc/thread-self/fd/\(number)", "/proc/\(thread)/fd/\(number)",
            ] {
                #expect(OwnFiles.objection(to: path) != nil, "\(path)")
                let isRefused = try FileDescriptor.reading(foreign: path) == nil
                #expect(isRefused, "\(path)")
            }
            #expect(OwnFiles.objection(to: "\(folder)/free") == nil)
            let isOpened = try FileDescriptor.reading(foreign: "\(folder)/free") != nil
            #expect(isOpened)
            #expect(OwnFiles.objection(to: "\(folder)/absent") == nil)
            #expect(throws: SystemError.noSuchFile) {
                _ = try FileDescriptor.reading(foreign: "\(folder)/absent")
            }
            try free.close()
        }
    }

    @Test func pipesAreRefused() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        let reading = FileDescriptor(owning: ends[0])
        let writing = FileDescriptor(owning: ends[1])
        let thread = try threadID()
        #expect(OwnFiles.objection(to: "/proc/self/task/\(thread)/fd/\(reading.number)") != nil)
        #expect(OwnFiles.objection(to: "/dev/fd/\(writing.number)") != nil)
    }

    @Test func devicesWithoutStateAreNotOurs() throws {
        let null = try FileDescriptor.reading("/dev/null")
        #expect(OwnFiles.objection(to: "/dev/null") == nil)
        let number = null.number
        #expect(number > 2)
    }

    /// Closing another descriptor of a lock file would release the lock.
    @Test func examiningALockDoesNotReleaseIt() throws {
        try inTemporaryDirectory { folder in
            let path = "\(folder)/lock"
            guard let lock = try RecordLock.acquire(path) else {
                Issue.record("nobody else has locked it")
                return
            }
            let isRefused = try FileDescriptor.replacing(foreign: path) == nil
            #expect(isRefused)
            // Another process still sees the lock.
            let child = try ChildProcess.run([
                "/usr/bin/python3", "-c",
                "import fcntl,sys\ntry: fcntl.lockf(open(sys.argv[1],'r+'), 6)\n"
                    + "except OSError: sys.exit(3)", path,
            ])
            #expect(child.0 == .exit(3))
            let isThere = lock.isAt(path)
            #expect(isThere)
        }
    }
}
