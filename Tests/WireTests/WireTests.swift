import System
import TestSupport
import Testing
import Text

@testable import Wire

/// Lines and bodies, however the client's bytes arrive.
@Suite struct WireTests {
    private func lines(of wire: Wire) throws -> [String] {
        var lines: [String] = []
        while true {
            switch try wire.nextLine() {
            case .line(let line): lines.append(String(decoding: line, as: UTF8.self))
            case .tooLong: lines.append("(too long)")
            case .endOfInput: return lines
            }
        }
    }

    private func body(of wire: Wire) throws -> String {
        var bytes: [UInt8] = []
        try wire.readBody { bytes += $0 }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(arguments: [
        ([], []), (["a\n"], ["a"]), (["a"], ["a"]), (["a\nb\n"], ["a", "b"]), (["\n\n"], ["", ""]),
        (["a", "b\nc", "\n"], ["ab", "c"]), (["a\n", "b"], ["a", "b"]), (["a\r\n"], ["a\r"]),
        (["a", "\n", "\n", "b\n"], ["a", "", "b"]),
    ])
    func linesAreJoinedFromPieces(pieces: [String], expected: [String]) throws {
        #expect(try lines(of: wire(receiving: pieces)) == expected)
    }

    @Test func endOfInputRepeats() throws {
        let wire = try wire(receiving: ["a\n"])
        for expected in [["a"], [], []] { #expect(try lines(of: wire) == expected) }
    }

    @Test func bytesOfLineAreKept() throws {
        try inTemporaryDirectory { directory in
            let client = try TestClient(sends: [0xFF, 0, 0x0D, 10], in: directory)
            guard case .line(let line) = try client.wire.nextLine() else {
                Issue.record("not a line")
                return
            }
            #expect(Array(line) == [0xFF, 0, 0x0D])
        }
    }

    @Test(arguments: [0, 1, 1 << 20])
    func tooLongLinesAreDropped(excess: Int) throws {
        try inTemporaryDirectory { directory in
            let long = String(repeating: "x", count: Wire.lineLimit + excess)
            let client = try TestClient(sends: "a\n\(long)\nb\n\(long)", in: directory)
            let lines = try lines(of: client.wire)
            let expected = excess == 0 ? long : "(too long)"
            #expect(lines.count == 4)
            #expect(lines == ["a", expected, "b", expected])
        }
    }

    /// A client that sends gigabytes without a newline must not fill the memory.
    @Test func tooLongLineIsDroppedPieceByPiece() throws {
        try inTemporaryDirectory { directory in
            let path = "\(directory)/input"
            let file = try FileDescriptor.creating(path)
            try file.setSize(64 << 20)
            let wire = Wire(
                StandardStreams(
                    input: try .reading(path), output: try .creating("\(directory)/output"),
                    errors: try .creating("\(directory)/errors")))
            let lines = try lines(of: wire)
            #expect(lines == ["(too long)"])
        }
    }

    @Test(arguments: [
        ["5\nhello", "next\n"], ["5\nhellonext\n"], ["5", "\n", "h", "ell", "onext", "\n"],
        ["5\nhel", "lone", "xt"],
    ])
    func bodyEndsAtItsLength(pieces: [String]) throws {
        let wire = try wire(receiving: pieces)
        guard case .line = try wire.nextLine() else {
            Issue.record("not a line")
            return
        }
        wire.expectBody(.bytes(5))
        #expect(try body(of: wire) == "hello")
        #expect(try body(of: wire) == "")
        #expect(try lines(of: wire) == ["next"])
    }

    @Test func unreadBodyIsDiscarded() throws {
        let wire = try wire(receiving: ["5\n", "hel", "lonext\n"])
        _ = try wire.nextLine()
        wire.expectBody(.bytes(5))
        try wire.discardBody()
        #expect(try lines(of: wire) == ["next"])
    }

    @Test func bytesOfFailedConsumerAreUsedUp() throws {
        struct Failure: Error {}
        let wire = try wire(receiving: ["6\n", "abc", "defnext\n"])
        _ = try wire.nextLine()
        wire.expectBody(.bytes(6))
        var pieces = 0
        #expect(throws: Failure.self) {
            try wire.readBody { _ in
                pieces += 1
                throw Failure()
            }
        }
        #expect(pieces == 1)
        #expect(try body(of: wire) == "def")
        #expect(try lines(of: wire) == ["next"])
    }

    @Test(arguments: [["5\n"], ["5\nhell"], ["5\n", "h", "ell"]])
    func endOfInputTruncatesBody(pieces: [String]) throws {
        let wire = try wire(receiving: pieces)
        _ = try wire.nextLine()
        wire.expectBody(.bytes(5))
        #expect(throws: Wire.Truncated.self) { try body(of: wire) }
        #expect(throws: Wire.Truncated.self) { try wire.discardBody() }
    }

    @Test func bodyToTheEndOfInput() throws {
        let wire = try wire(receiving: ["line\n", "abc", "def"])
        _ = try wire.nextLine()
        wire.expectBody(.toEndOfInput)
        #expect(try body(of: wire) == "abcdef")
        #expect(try lines(of: wire) == [])
    }

    @Test func bodyThatIsAllOfTheInput() throws {
        let wire = try wire(receiving: ["line\n", "abcdef"])
        _ = try wire.nextLine()
        wire.expectBody(.allOfInput(6))
        #expect(try body(of: wire) == "abcdef")
    }

    @Test func surplusInputIsAnError() throws {
        let wire = try wire(receiving: ["line\n", "abcdef", "g"])
        _ = try wire.nextLine()
        wire.expectBody(.allOfInput(6))
        #expect(throws: Wire.SurplusInput.self) { try body(of: wire) }
    }

    @Test func emptyBodyReadsNothing() throws {
        let wire = try wire(receiving: ["0\n"])
        _ = try wire.nextLine()
        wire.expectBody(.bytes(0))
        #expect(try body(of: wire) == "")
        #expect(try lines(of: wire) == [])
    }

    /// The buffer grows for a large body; bytes that it held already stay in order.
    @Test func largeBodyIsComplete() throws {
        try inTemporaryDirectory { directory in
            let length = 3 << 20
            let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 / 251) }
            let client = try TestClient(
                sends: Array("line\n".utf8) + bytes + Array("next\n".utf8), in: directory)
            _ = try client.wire.nextLine()
            client.wire.expectBody(.bytes(UInt64(length)))
            var received: [UInt8] = []
            try client.wire.readBody { received += $0 }
            let isEqual = received == bytes
            #expect(isEqual)
            #expect(try lines(of: client.wire) == ["next"])
        }
    }

    @Test func outputIsOneLineForEachValue() throws {
        try inTemporaryDirectory { directory in
            let client = try TestClient(sends: "", in: directory)
            try client.wire.write(.object([("a", .string("é\n"))]))
            try client.wire.writeText("text")
            try client.wire.writeBody([0x31, 0x32, 0x33][1...])
            try client.wire.writeError("é")
            try client.wire.writeError([0x0A][...])
            #expect(try client.output() == "{\"a\": \"\\u00e9\\n\"}\ntext23")
            #expect(try client.errors() == "é\n")
            #expect(!client.wire.outputIsTerminal && !client.wire.errorsAreTerminal)
        }
    }

    @Test func rangeOfFileIsWritten() throws {
        try inTemporaryDirectory { directory in
            let client = try TestClient(sends: "", in: directory)
            let path = "\(directory)/file"
            try write("0123456789", to: path)
            let file = try FileDescriptor.reading(path)
            #expect(try client.wire.writeBody(2..<5, of: file) == 3)
            #expect(try client.wire.writeBody(8..<20, of: file) == 2)
            #expect(try client.output() == "23489")
        }
    }

    @Test func failedWriteThrows() throws {
        let wire = Wire(
            StandardStreams(
                input: try .reading("/dev/null"), output: try .replacing("/dev/full"),
                errors: try .replacing("/dev/full")))
        #expect(throws: SystemError.self) { try wire.write(.null) }
        #expect(throws: SystemError.self) { try wire.writeError("text") }
    }
}
