import Glibc
import Libvirt
import Policy
import System
import TestSupport
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

        @Test(arguments: [
            ["echo x;" + String(repeating: "echo;", count: 20_000)],
            ["echo", "x"] + [String](repeating: "x", count: 19_999),
            [String](repeating: "-d9", count: 20_001),
        ])
        func ofATooLargeRequestNothingRuns(_ words: [String]) {
            #expect(!shell.run(words))
            #expect(shell.output.text == "error: a virsh request may have at most 20000 words\n")
            #expect(VirshRequest(words, .unconfined).mistake?.contains("20000 words") == true)
        }

        /// virsh would start an editor, which waits for a terminal.
        @Test(arguments: [
            ["edit", "test"], ["net-edit", "default"], ["pool-edit", "default-pool"],
            ["desc", "test", "--edit"], ["desc", "test", "--title", "--edit", "new"],
            ["metadata", "test", "urn:x", "--key", "x", "--edit"],
            ["net-desc", "default", "--edit"],
            ["net-metadata", "default", "urn:x", "--key", "x", "--edit"],
        ])
        func editorsAreNotStarted(_ words: [String]) throws {
            let shell = Shell(uri: "test:///default", version: .newest) {
                (uri, readOnly) throws(LibvirtError) in try Connection(uri, readOnly: readOnly)
            }
            try inTemporaryDirectory { directory in
                setenv("VISUAL", "touch \(directory)/started; true", 1)
                defer { unsetenv("VISUAL") }
                #expect(!shell.run(words))
                #expect(
                    shell.output.text.hasPrefix(
                        "error: '\(words[0])' needs an editor on a terminal, which a session"))
                #expect(!pathExists("\(directory)/started"))
            }
        }

        /// What a shell writes to a client, and how long after the start.
        private final class Written {
            var pieces: [(stream: ShellOutput.Stream, text: String, after: Duration)] = []
        }

        private func shell(
            writingTo written: Written, isTerminal: Bool = false, version: LibvirtVersion = .oldest
        ) -> Shell {
            let start = ContinuousClock.now
            let output = ClientStreams.Output(
                open: { () throws(SystemError) in try FileDescriptor.open("/dev/full", O_WRONLY) },
                errorsAreTerminal: isTerminal,
                write: { text, stream in
                    written.pieces.append((stream, text, ContinuousClock.now - start))
                })
            let streams = ClientStreams(
                openInput: { () throws(SystemError) in try FileDescriptor.reading("/dev/zero") },
                output: output)
            return Shell(uri: "test:///default", streams: streams, version: version) {
                (uri, readOnly) throws(LibvirtError) in
                try Connection(uri, readOnly: readOnly)
            }
        }

        @Test func eventsAreWrittenWhenTheyHappen() throws {
            let written = Written()
            let shell = shell(writingTo: written)
            let changes: @Sendable () -> Void = {
                pause(milliseconds: 300)
                // The driver's default host is the same one for all connections of a process.
                let other = Shell(uri: "test:///default") { (uri, _) throws(LibvirtError) in
                    try Connection(uri)
                }
                _ = other.run(["suspend test; resume test"])
            }
            let isSuccess = runConcurrently(changes) {
                shell.run(["event", "--event", "lifecycle", "--loop", "--timeout", "3"])
            }
            #expect(isSuccess)
            let texts = written.pieces.map(\.text)
            let first = "event 'lifecycle' for domain 'test': Suspended"
            #expect(texts.first?.hasPrefix(first) == true)
            #expect(texts.last == "events received: 2\n")
            #expect(try #require(written.pieces.first).after < .milliseconds(2000))
            #expect(try #require(written.pieces.last).after >= .milliseconds(3000))
        }

        @Test func resultsAndErrorsHaveTheirOwnStreams() {
            let written = Written()
            let shell = shell(writingTo: written)
            #expect(shell.run(["domstate nosuch; domid test"]))
            #expect(written.pieces.filter { $0.stream == .standard }.map(\.text) == ["1\n"])
            #expect(written.pieces.first?.text == "error: failed to get domain 'nosuch'\n")
            // For the log.
            #expect(shell.output.text.hasPrefix("error: failed to get domain 'nosuch'\n"))
        }

        @Test(arguments: [
            (LibvirtVersion.oldest, false, "\rSave: [100 %]"),
            (LibvirtVersion(11, 3), false, "\rSave: [100.00 %]"),
            (.newest, true, "\rSave: [100.00 %]"), (.newest, false, "Save: [100.00 %]\n"),
        ])
        func progressIsWritten(
            by version: LibvirtVersion, isTerminal: Bool, expected: String
        ) throws {
            try inTemporaryDirectory { path in
                let written = Written()
                let shell = shell(writingTo: written, isTerminal: isTerminal, version: version)
                #expect(shell.run(["save test \(path)/saved --verbose; restore \(path)/saved"]))
                let errors = written.pieces.filter { $0.stream == .error }.map(\.text)
                #expect(errors.last == expected)
                #expect(shell.output.text.isEmpty)
            }
        }

        @Test func aJobThatFailsReportsItsError() {
            let written = Written()
            let shell = shell(writingTo: written)
            #expect(!shell.run(["save", "test", "/nope/saved", "--verbose"]))
            let errors = written.pieces.map(\.text)
            #expect(errors.first == "error: Failed to save domain 'test' to /nope/saved\n")
            #expect(errors.count == 2)
        }

        @Test func outputThatCannotBeWrittenIsAFailure() {
            let shell = shell(writingTo: Written())
            #expect(!shell.run(["screenshot", "test", "/dev/stdout"]))
            #expect(!shell.run(["define", "/dev/stdin"]))  // more than 10 MiB
        }
    }
}
