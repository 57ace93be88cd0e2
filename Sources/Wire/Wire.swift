package import System
package import Text

/// The lines and bytes between a client and this process. Nothing else touches the client's
/// standard input, output and error.
///
/// Used by the main thread only.
package final class Wire {
    private let streams: StandardStreams
    private var buffer = InputBuffer()
    /// The part of the present request's body that has not been read.
    private var bodyLeft = BodyLength.bytes(0)

    /// The maximum length of a request line in bytes.
    package static let lineLimit = 4 << 20
    /// The maximum length of a line of output in bytes.
    package static let replyLimit = 16 << 20

    package init(_ streams: consuming StandardStreams) { self.streams = streams }

    package enum Line {
        /// Without its newline.
        case line(ArraySlice<UInt8>)
        /// A line over the limit, which was dropped.
        case tooLong
        case endOfInput
    }

    /// Another descriptor of the client's standard input, for a command that reads all of it. Not
    /// for sessions that read lines: bytes in the buffer would be missing.
    package func duplicateInput() throws(SystemError) -> FileDescriptor {
        try streams.input.duplicate()
    }

    /// Another descriptor of the client's standard output.
    package func duplicateOutput() throws(SystemError) -> FileDescriptor {
        try streams.output.duplicate()
    }

    /// Waits for the next line and returns it. The last line may lack its newline.
    package func nextLine() throws(SystemError) -> Line {
        var searched = 0
        var isTooLong = false
        while true {
            if let length = buffer.newline(after: searched) {
                let line = buffer.removeFirst(length)
                buffer.drop(1)
                // One read may bring the rest of a long line together with its newline.
                return isTooLong || line.count > Self.lineLimit ? .tooLong : .line(line)
            }
            // The next turn searches only what arrives now; otherwise a long line would cost
            // quadratic time.
            searched = buffer.count
            if searched > Self.lineLimit {
                isTooLong = true
                // Drop it now instead of at its newline: the buffer must not grow with the line.
                buffer.drop(searched)
                searched = 0
            }
            guard try buffer.fill(from: streams.input) else {
                // A dropped line counts too: the client waits for a reply to it.
                guard buffer.count > 0 || isTooLong else { return .endOfInput }
                let rest = buffer.removeFirst(buffer.count)
                return isTooLong ? .tooLong : .line(rest)
            }
        }
    }

    /// The input ended inside of a body.
    package struct Truncated: Error {}

    /// The input goes on after the body, which should have been all of it.
    package struct SurplusInput: Error {}

    /// Declares the length of the body that follows the line that was read last. All of it is read
    /// before the next line, even if the command fails: it must never become a request.
    package func expectBody(_ length: BodyLength) {
        bodyLeft = length
        buffer.expect(length.count ?? UInt64.max, from: streams.input)
    }

    /// Waits for the rest of the body and passes it to `consume` in pieces.
    package func readBody(_ consume: (ArraySlice<UInt8>) throws -> Void) throws {
        while bodyLeft.count != 0 {
            if buffer.count == 0, try !buffer.fill(from: streams.input) {
                if case .toEndOfInput = bodyLeft { break }
                throw Truncated()
            }
            let count = Int(min(bodyLeft.count ?? UInt64.max, UInt64(buffer.count)))
            let piece = buffer.removeFirst(count)
            // Before `consume`, which may throw: these bytes are used up.
            bodyLeft.subtract(UInt64(count))
            try consume(piece)
        }
        if case .allOfInput = bodyLeft { try requireEndOfInput() }
        bodyLeft = .bytes(0)
    }

    /// Waits for the end of the input. A writer that keeps it open without sending anything has
    /// sent all.
    private func requireEndOfInput() throws {
        guard buffer.count == 0 else { throw SurplusInput() }
        let deadline = ContinuousClock.now + .seconds(2)
        guard try streams.input.waitForInput(until: deadline) else { return }
        guard try !buffer.fill(from: streams.input) else { throw SurplusInput() }
    }

    /// Waits until there is input or its end; returns false at the deadline.
    package func waitForInput(until deadline: ContinuousClock.Instant) throws(SystemError) -> Bool {
        if buffer.count > 0 { return true }
        return try streams.input.waitForInput(until: deadline)
    }

    /// Reads and drops what a command left of its body.
    package func discardBody() throws { try readBody { _ in } }

    /// Writes one line; false if it was too long, so that nothing was written. An error means that
    /// the client does not read any more.
    @discardableResult
    package func write(_ line: JSONValue) throws(SystemError) -> Bool {
        var bytes: [UInt8] = []
        line.write(to: &bytes, limit: Self.replyLimit)
        guard bytes.count < Self.replyLimit else { return false }
        bytes.append(10)
        try streams.output.write(bytes)
        return true
    }

    /// Writes bytes that a reply announced.
    package func writeBody(_ bytes: ArraySlice<UInt8>) throws(SystemError) {
        try streams.output.write(bytes)
    }

    /// Writes a range of a file that a reply announced, and returns the number of bytes written:
    /// less than the range only if the file is shorter.
    package func writeBody(
        _ range: Range<Int64>, of file: borrowing FileDescriptor
    ) throws(SystemError) -> Int64 {
        try streams.output.write(range, of: file)
    }

    /// Writes text to standard output, for a person.
    package func writeText(_ text: String) throws(SystemError) {
        try streams.output.write(Array(text.utf8))
    }

    package var inputIsTerminal: Bool { streams.input.isTerminal }
    package var outputIsTerminal: Bool { streams.output.isTerminal }
    package var errorsAreTerminal: Bool { streams.errors.isTerminal }

    /// Writes text to standard error, for a person.
    package func writeError(_ text: String) throws(SystemError) {
        try streams.errors.write(Array(text.utf8))
    }

    /// Writes bytes to standard error: console output and what virt-install prints. A client of
    /// the line protocol gets them unchanged.
    package func writeError(_ bytes: ArraySlice<UInt8>) throws(SystemError) {
        guard let filtered = consoleFilter?.filter(bytes) else {
            return try streams.errors.write(bytes)
        }
        try streams.errors.write(filtered)
    }

    /// Set for people: a guest must not control their terminals. Whether the client's standard
    /// error is a terminal is unknown, since ssh usually connects it through a pipe.
    package var consoleFilter: ConsoleFilter?
}
