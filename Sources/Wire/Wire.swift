import Synchronization
package import System
package import Text

/// The lines and bytes between a client and this process. Nothing else touches the client's
/// standard input, output and error.
///
/// Only the main thread reads. Any thread may write: lines, and a reply with the bytes after it,
/// are never mixed with others.
package final class Wire: Sendable {
    private let streams: StandardStreams
    private let incoming = Mutex(Incoming())
    /// Locked while a line is written, and the bytes that belong to it.
    private let output = Mutex(())
    private let isWritingBody = Atomic(false)
    /// Events whose client had to read first. Lock order: `output` before this one.
    private let late = Mutex<[EventSource: [UInt8]]>([:])
    /// Locked while something is written to standard error. The filter is for people.
    private let errors = Mutex<ConsoleFilter?>(nil)

    fileprivate struct Incoming: ~Copyable {
        var buffer = InputBuffer()
        /// The part of the present request's body that has not been read.
        var bodyLeft = BodyLength.bytes(0)
    }

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
        try incoming.withLock { (incoming) throws(SystemError) in
            try incoming.nextLine(from: streams.input)
        }
    }

    /// The input ended inside of a body.
    package struct Truncated: Error {}

    /// The input goes on after the body, which should have been all of it.
    package struct SurplusInput: Error {}

    /// Declares the length of the body that follows the line that was read last. All of it is read
    /// before the next line, even if the command fails: it must never become a request.
    package func expectBody(_ length: BodyLength) {
        incoming.withLock { incoming in
            incoming.bodyLeft = length
            incoming.buffer.expect(length.count ?? UInt64.max, from: streams.input)
        }
    }

    /// Waits for the rest of the body and passes it to `consume` in pieces.
    package func readBody(_ consume: (ArraySlice<UInt8>) throws -> Void) throws {
        while let piece = try nextPieceOfBody() { try consume(piece) }
    }

    /// Waits for the next bytes of the body; `nil` at its end. They must not be kept until the next
    /// call, which then would have to copy them.
    package func nextPieceOfBody() throws -> ArraySlice<UInt8>? {
        try incoming.withLock { try $0.nextPieceOfBody(from: streams.input) }
    }

    /// The first bytes of the body, which stay to be read: `count`, or fewer if the body is
    /// shorter.
    package func headOfBody(_ count: Int) throws -> [UInt8] {
        try incoming.withLock { try $0.headOfBody(count, from: streams.input) }
    }

    /// Waits until there is input or its end; returns false at the deadline.
    package func waitForInput(until deadline: ContinuousClock.Instant) throws(SystemError) -> Bool {
        try incoming.withLock { (incoming) throws(SystemError) in
            if incoming.buffer.count > 0 { return true }
            return try streams.input.waitForInput(until: deadline)
        }
    }

    /// Reads and drops what a command left of its body.
    package func discardBody() throws { try readBody { _ in } }

    // MARK: Output

    /// Writes one line; false if it was too long, so that nothing was written. An error means that
    /// the client does not read any more.
    @discardableResult
    package func write(_ line: JSONValue) throws(SystemError) -> Bool {
        guard let bytes = Self.bytes(of: line) else { return false }
        try output.withLock { _ throws(SystemError) in
            try writeLate()
            try streams.output.write(bytes)
        }
        return true
    }

    /// As `write`, and then calls `body`, which writes the bytes that the line announces. Other
    /// threads wait meanwhile.
    package func write(_ line: JSONValue, followedBy body: () throws -> Void) throws -> Bool {
        guard let bytes = Self.bytes(of: line) else { return false }
        try output.withLock { _ in
            isWritingBody.store(true, ordering: .relaxed)
            defer { isWritingBody.store(false, ordering: .relaxed) }
            try writeLate()
            try streams.output.write(bytes)
            try body()
        }
        return true
    }

    /// What reports the progress of one request.
    package struct EventSource: Hashable, Sendable {
        fileprivate let number: Int
        private static let count = Atomic(0)

        package init() { number = Self.count.add(1, ordering: .relaxed).newValue }
    }

    /// Writes the line of an event. If the client has to read first, the line waits for the next
    /// one that is written, and a later event of the source replaces it: the work that it reports
    /// must not wait for the client.
    package func write(event line: JSONValue, of source: EventSource) throws(SystemError) {
        guard let bytes = Self.bytes(of: line) else { return }
        _ = late.withLock { $0.removeValue(forKey: source) }
        // Another thread may be writing a line, which is soon done if the client reads.
        for _ in 0..<100 where !isWritingBody.load(ordering: .relaxed) {
            let isWritten = try output.withLockIfAvailable { _ throws(SystemError) in
                try streams.output.writeAllIfReady(bytes)
            }
            if isWritten == true { return }
            if isWritten == false { break }
            pause(milliseconds: 1)
        }
        late.withLock { $0[source] = bytes }
    }

    /// Writes the events that wait; `output` must be locked.
    private func writeLate() throws(SystemError) {
        let events = late.withLock { late -> [[UInt8]] in
            guard !late.isEmpty else { return [] }
            defer { late = [:] }
            return late.sorted { $0.key.number < $1.key.number }.map(\.value)
        }
        for event in events { try streams.output.write(event) }
    }

    private static func bytes(of line: JSONValue) -> [UInt8]? {
        var bytes: [UInt8] = []
        line.write(to: &bytes, limit: Self.replyLimit)
        guard bytes.count < Self.replyLimit else { return nil }
        bytes.append(10)
        return bytes
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

    // MARK: Standard error

    /// Writes text to standard error, for a person.
    package func writeError(_ text: String) throws(SystemError) {
        try writeUnfiltered(Array(text.utf8)[...])
    }

    /// Writes text about progress to standard error, for a person, or drops it if it is not read.
    package func writeProgress(_ text: String) throws(SystemError) {
        _ = try errors.withLockIfAvailable { _ throws(SystemError) in
            try streams.errors.writeAllIfReady(Array(text.utf8))
        }
    }

    /// Writes bytes to standard error: console output and what virt-install prints. A client of
    /// the line protocol gets them unchanged.
    package func writeError(_ bytes: ArraySlice<UInt8>) throws(SystemError) {
        try writeUnfiltered(errors.withLock { $0?.filter(bytes)[...] } ?? bytes)
    }

    private func writeUnfiltered(_ bytes: ArraySlice<UInt8>) throws(SystemError) {
        guard Cancellation.current != nil else {
            return try errors.withLock { _ throws(SystemError) in try streams.errors.write(bytes) }
        }
        // A reader that does not read must not keep the request from being cancelled.
        var rest = bytes
        while !rest.isEmpty {
            try streams.errors.waitForRoom()
            let count = try errors.withLock { _ throws(SystemError) in
                try streams.errors.writeIfReady(rest)
            }
            rest = rest.dropFirst(count)
        }
    }

    /// Set for people: a guest must not control their terminals. Whether the client's standard
    /// error is a terminal is unknown, since ssh usually connects it through a pipe.
    package func filterErrors(_ filter: ConsoleFilter) { errors.withLock { $0 = filter } }

    /// Runs `body` without the filter, for a terminal that was given to the guest.
    package func withoutFilter<Value>(_ body: () throws -> Value) rethrows -> Value {
        let filter = errors.withLock { $0.take() }
        defer { errors.withLock { $0 = filter } }
        return try body()
    }
}

extension Wire.Incoming {
    fileprivate mutating func nextLine(
        from input: borrowing FileDescriptor
    ) throws(SystemError) -> Wire.Line {
        var searched = 0
        var isTooLong = false
        while true {
            if let length = buffer.newline(after: searched) {
                let line = buffer.removeFirst(length)
                buffer.drop(1)
                // One read may bring the rest of a long line together with its newline.
                return isTooLong || line.count > Wire.lineLimit ? .tooLong : .line(line)
            }
            // The next turn searches only what arrives now; otherwise a long line would cost
            // quadratic time.
            searched = buffer.count
            if searched > Wire.lineLimit {
                isTooLong = true
                // Drop it now instead of at its newline: the buffer must not grow with the line.
                buffer.drop(searched)
                searched = 0
            }
            guard try buffer.fill(from: input) else {
                // A dropped line counts too: the client waits for a reply to it.
                guard buffer.count > 0 || isTooLong else { return .endOfInput }
                let rest = buffer.removeFirst(buffer.count)
                return isTooLong ? .tooLong : .line(rest)
            }
        }
    }

    fileprivate mutating func nextPieceOfBody(
        from input: borrowing FileDescriptor
    ) throws -> ArraySlice<UInt8>? {
        if bodyLeft.count != 0 {
            if try buffer.count > 0 || buffer.fill(from: input) {
                let count = Int(min(bodyLeft.count ?? UInt64.max, UInt64(buffer.count)))
                bodyLeft.subtract(UInt64(count))
                return buffer.removeFirst(count)
            }
            guard case .toEndOfInput = bodyLeft else { throw Wire.Truncated() }
        }
        if case .allOfInput = bodyLeft { try requireEndOfInput(of: input) }
        bodyLeft = .bytes(0)
        return nil
    }

    fileprivate mutating func headOfBody(
        _ count: Int, from input: borrowing FileDescriptor
    ) throws -> [UInt8] {
        let count = Int(min(bodyLeft.count ?? UInt64.max, UInt64(count)))
        while buffer.count < count {
            guard try !buffer.fill(from: input) else { continue }
            guard case .toEndOfInput = bodyLeft else { throw Wire.Truncated() }
            break
        }
        return buffer.head(count)
    }

    /// Waits for the end of the input. A writer that keeps it open without sending anything has
    /// sent all.
    private mutating func requireEndOfInput(of input: borrowing FileDescriptor) throws {
        guard buffer.count == 0 else { throw Wire.SurplusInput() }
        let deadline = ContinuousClock.now + .seconds(2)
        guard try input.waitForInput(until: deadline) else { return }
        guard try !buffer.fill(from: input) else { throw Wire.SurplusInput() }
    }
}
