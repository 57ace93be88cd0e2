import System
import TestSupport
import Testing

@Suite struct RecordLockTests {
    @Test func lockExcludesOnlyOtherProcesses() throws {
        try inTemporaryDirectory { directory in
            let path = "\(directory)/lock"
            #expect(try RecordLock.holder(path) == nil)
            let isHeld = try RecordLock.acquire(path) != nil
            #expect(isHeld)
            #expect(pathExists(path))
            // The kernel reports the locks of other processes only.
            #expect(try RecordLock.holder(path) == nil)
        }
    }

    @Test func lockOfOtherProcessIsSeen() throws {
        try inTemporaryDirectory { directory in
            let path = "\(directory)/lock"
            let process = try whileOtherProcessLocks(path, named: "ci 7", in: directory) {
                let isRefused = try RecordLock.acquire(path) == nil
                #expect(isRefused)
                let process = try #require(try RecordLock.holder(path))
                #expect(try ProcessInformation.name(of: process) == "ci 7")
                return process
            }
            // The lock ends with its process.
            #expect(try ProcessInformation.name(of: process) == nil)
            #expect(try RecordLock.holder(path) == nil)
            let isHeld = try RecordLock.acquire(path) != nil
            #expect(isHeld)
        }
    }

    @Test func linksAreNotLocked() throws {
        try inTemporaryDirectory { directory in
            let link = "\(directory)/link"
            let made = try ChildProcess.run(["ln", "-s", "file", link])
            try #require(made.ending == .exit(0))
            #expect(throws: SystemError.self) { _ = try RecordLock.acquire(link) }
            #expect(throws: SystemError.self) { try RecordLock.holder(link) }
            #expect(!pathExists("\(directory)/file"))
        }
    }
}
