import Glibc
import System
import TestSupport
import Testing

@Suite struct StateDirectoryTests {
    @Test func locksAreFilesOfOneDirectory() throws {
        let state = StateDirectory(path: "/state")
        #expect(state.locks == "/state/locks")
        #expect(state.lock(of: "vm1") == "/state/locks/vm1")
        #expect(state.lock(of: "vm 1.é") == "/state/locks/vm 1.é")
        for name in ["", ".", "..", "a/b", "../a", "a\0", String(repeating: "n", count: 256)] {
            #expect(state.lock(of: name) == nil)
        }
    }

    @Test func makeCreatesMissingParents() throws {
        try inTemporaryDirectory { directory in
            let state = StateDirectory(path: "\(directory)/a/b")
            try state.make()
            try state.make()
            #expect(isDirectory("\(directory)/a/b/locks"))
        }
    }

    /// A user who can open a lock file for reading can lock it.
    @Test func onlyTheOwnerCanOpenAnything() throws {
        try inTemporaryDirectory { directory in
            let state = StateDirectory(path: "\(directory)/parent/state")
            try state.make()
            _ = try RecordLock.acquire("\(state.locks)/vm1")
            #expect(try mode("\(directory)/parent") == 0o755)
            #expect(try mode(state.path) == 0o700)
            #expect(try mode(state.locks) == 0o700)
            #expect(try mode("\(state.locks)/vm1") == 0o600)
        }
    }

    @Test func existingFilesAreTightened() throws {
        try inTemporaryDirectory { directory in
            let state = StateDirectory(path: "\(directory)/state")
            // As the Python helper makes them.
            try Directory.make(state.locks)
            _ = try FileDescriptor.creating("\(state.locks)/vm1", mode: 0o644)
            try #require(symlink("\(directory)/outside", "\(state.locks)/linked") == 0)
            _ = try FileDescriptor.creating("\(directory)/outside", mode: 0o644)
            #expect(try mode(state.path) == 0o755)
            try state.make()
            #expect(try mode(state.path) == 0o700)
            #expect(try mode(state.locks) == 0o700)
            #expect(try mode("\(state.locks)/vm1") == 0o600)
            #expect(try mode("\(directory)/outside") == 0o644)
            // One that the Python helper adds later.
            _ = try FileDescriptor.creating("\(state.locks)/vm2", mode: 0o644)
            _ = try RecordLock.acquire("\(state.locks)/vm2")
            #expect(try mode("\(state.locks)/vm2") == 0o600)
        }
    }

    private func mode(_ path: String) throws -> UInt32 { try FileStatus(of: path).mode }
}
