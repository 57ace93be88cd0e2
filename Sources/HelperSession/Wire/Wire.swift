package import Host

/// Lines and bytes between a client and this process; nothing else touches its stdin, stdout and
/// stderr.
package final class Wire {
    private let output: Descriptor
    private let errors: Descriptor
    private var buffer: InputBuffer
    private var bodyLeft: UInt64 = 0

    /// The longest line that is taken for a request, in bytes.
    static let lineLimit = 4 << 20

    package init(input: Descriptor, output: Descriptor, errors: Descriptor) {
        buffer = InputBuffer(input)
        self.output = output
        self.errors = errors
    }

    enum Line {
        /// Without its newline.
        case line(ArraySlice<UInt8>)
        /// One that was too long; it is gone.
        case tooLong
        case endOfInput
    }

    /// The next line, waiting for it. The last one may lack its newline.
    func nextLine() throws(SystemError) -> Line {
        var searched = 0
        var isTooLong = false
        while true {
            if let length = buffer.newline(behind: searched) {
                let line = buffer.take(length)
                buffer.drop(1)
                return isTooLong || line.count > Self.lineLimit ? .tooLong : .line(line)
            }
            searched = buffer.count
            if searched > Self.lineLimit {
                isTooLong = true
                buffer.drop(searched)
                searched = 0
            }
            guard try buffer.fill() else {
                guard buffer.count > 0 || isTooLong else { return .endOfInput }
                let rest = buffer.take(buffer.count)
                return isTooLong ? .tooLong : .line(rest)
            }
        }
    }

    /// The input ended inside of a body.
    struct Truncated: Error {}

    /// Says that so many bytes follow the line that was read last. All of them are read before
    /// the next line, whatever becomes of the command.
    func expectBody(_ length: UInt64) {
        bodyLeft = length
        buffer.expect(length)
    }

    /// Hands what is left of the body to `take`, piece by piece, waiting for it.
    func readBody(_ take: (ArraySlice<UInt8>) throws -> Void) throws {
        while bodyLeft > 0 {
            if buffer.count == 0, try !buffer.fill() { throw Truncated() }
            let count = Int(min(bodyLeft, UInt64(buffer.count)))
            let piece = buffer.take(count)
            bodyLeft -= UInt64(count)
            try take(piece)
        }
    }

    /// Reads what a command left of its body.
    func discardBody() throws { try readBody { _ in } }

    /// Writes one reply. An error means that nobody reads any more.
    func write(_ reply: JSONOutput) throws(SystemError) {
        var bytes: [UInt8] = []
        reply.write(to: &bytes)
        bytes.append(10)
        try output.write(bytes)
    }

    /// Writes bytes that a reply announced.
    func writeBody(_ bytes: ArraySlice<UInt8>) throws(SystemError) { try output.write(bytes) }

    /// Writes a range of a file, which a reply announced; how many bytes of it there were.
    func writeBody(
        _ range: Range<Int64>, of file: borrowing File
    ) throws(SystemError) -> Int64 {
        try output.write(range, of: file)
    }

    /// Writes text for a person who called us by words.
    func writeText(_ text: String) throws(SystemError) { try output.write(Array(text.utf8)) }

    var outputIsTerminal: Bool { output.isTerminal }
    var errorsAreTerminal: Bool { errors.isTerminal }

    /// Writes text for a person to read meanwhile.
    func writeError(_ text: String) throws(SystemError) { try errors.write(Array(text.utf8)) }

    /// Writes bytes for whoever reads them meanwhile.
    func writeError(_ bytes: ArraySlice<UInt8>) throws(SystemError) {
        try errors.write(Array(bytes))
    }
}
