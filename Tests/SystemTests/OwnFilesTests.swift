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

    @Test func filesThatAreOpenAreRefused() throws {
        try inTemporaryDirectory { folder in
            let open = try FileDescriptor.creating("\(folder)/lock")
            try FileDescriptor.creating("\(folder)/free").close()
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
            try open.close()
            #expect(OwnFiles.objection(to: "\(folder)/lock") == nil)
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
            let file = try FileDescriptor.open(path, O_RDWR | O_CREAT, mode: 0o600)
            var lock = flock()
            lock.l_type = Int16(F_WRLCK)
            #expect(fcntl(file.number, F_SETLK, &lock) == 0)
            let isRefused = try FileDescriptor.replacing(foreign: path) == nil
            #expect(isRefused)
            // Another process still sees the lock.
            let child = try ChildProcess.run([
                "/usr/bin/python3", "-c",
                "import fcntl,sys\ntry: fcntl.lockf(open(sys.argv[1],'r+'), 6)\n"
                    + "except OSError: sys.exit(3)", path,
            ])
            #expect(child.0 == .exit(3))
        }
    }
}
