import Glibc
import System
import TestSupport
import Testing

@Suite struct LocalSocketTests {
    private func name(_ text: String) throws -> FileName { try #require(FileName(text)) }

    @Test func messagesKeepTheirBordersAndPassFiles() throws {
        try inTemporaryDirectory { parent in
            // Longer than the address of a socket may be.
            let directory = "\(parent)/\(String(repeating: "d", count: 200))"
            try Directory.make(directory)
            let listener = try LocalListener(name("7"), in: directory)
            let client = try LocalSocket(name("7"), in: directory)
            let server = try #require(try listener.accept())
            let file = try FileDescriptor.creating("\(directory)/file")
            try file.write(Array("text".utf8))
            try client.send([1, 2, 3])
            try client.send([4], passing: [file.number, file.number])
            let first = try #require(try server.receive())
            #expect(first.bytes == [1, 2, 3])
            #expect(first.files.isEmpty)
            let second = try #require(try server.receive())
            #expect(second.bytes == [4])
            #expect(second.files.count == 2)
            let passed = second.files[0].take()
            let isTakenTwice = second.files[0].take() != nil
            #expect(!isTakenTwice)
            if let passed {
                let identity = try passed.status().identity
                let expected = try file.status().identity
                #expect(identity == expected)
                #expect(passed.number != file.number)
            } else {
                Issue.record("no file was passed")
            }
        }
    }

    @Test func whatWasSentBeforeASideRefusesMoreIsReceived() throws {
        try inTemporaryDirectory { directory in
            let listener = try LocalListener(name("7"), in: directory)
            let client = try LocalSocket(name("7"), in: directory, patience: 1)
            let server = try #require(try listener.accept())
            try server.send([1])
            client.refuseMore()
            #expect(throws: SystemError(number: EPIPE)) { try server.send([2]) }
            #expect(try client.receive()?.bytes == [1])
            let isAtEnd = try client.receive() == nil
            #expect(isAtEnd)
        }
    }

    @Test func theEndOfOneSideIsSeen() throws {
        try inTemporaryDirectory { directory in
            var listener: LocalListener? = try LocalListener(name("7"), in: directory)
            var client: LocalSocket? = try LocalSocket(name("7"), in: directory)
            let server = try #require(try listener?.accept())
            try client?.send([1])
            client = nil
            let received = try server.receive()
            #expect(received?.bytes == [1])
            let isAtEnd = try server.receive() == nil
            #expect(isAtEnd)
            #expect(throws: SystemError(number: EPIPE)) { try server.send([1]) }
            listener = nil
            #expect(throws: SystemError.noSuchFile) {
                _ = try LocalSocket(name("7"), in: directory)
            }
        }
    }

    @Test func whatAKilledProcessHasLeftIsReplaced() throws {
        try inTemporaryDirectory { directory in
            try FileDescriptor.creating("\(directory)/7").close()
            #expect(throws: SystemError(number: ECONNREFUSED)) {
                _ = try LocalSocket(name("7"), in: directory)
            }
            let listener = try LocalListener(name("7"), in: directory)
            _ = try LocalSocket(name("7"), in: directory)
            let accepted = try listener.accept()
            #expect(accepted != nil)
        }
    }
}
