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
}
