import Libvirt
import Testing

@testable import Virsh

extension ProcessStateTests {
    /// What a shell knows about a failure besides its text.
    struct ShellTests {
        private let shell = Shell(uri: "test:///default") { (uri, readOnly) throws(LibvirtError) in
            try Connection(uri, readOnly: readOnly)
        }

        init() { LibvirtError.silenceLibrary() }

        @Test(arguments: [
            ["domstate", "nope"], ["net-info", "nope"], ["pool-info", "nope"], ["vol-key", "nope"],
            ["iface-mac", "nope"], ["secret-dumpxml", "nope"], ["domid test; domid nope"],
        ])
        func aFailedLookupIsKnownAsSuch(_ words: [String]) {
            #expect(!shell.run(words))
            #expect(shell.isObjectNotFound)
        }

        @Test(arguments: [
            ["start", "test"], ["cpu-models", "nope"], ["nope"], ["domstate"],
            ["domid nope; start test"],
        ])
        func otherFailuresAreNotFailedLookups(_ words: [String]) {
            #expect(!shell.run(words))
            #expect(!shell.isObjectNotFound)
        }
    }
}
