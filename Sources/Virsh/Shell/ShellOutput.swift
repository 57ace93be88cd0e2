/// The output of commands, in the order in which they printed it.
package struct ShellOutput: Sendable {
    package enum Stream: Sendable { case standard, error }

    /// The pieces. Adjacent pieces belong to different streams.
    package private(set) var pieces: [(stream: Stream, text: String)] = []

    /// The maximum length in bytes, which no reply can exceed.
    private static let limit = 16 << 20
    private var length = 0
    /// Whether commands printed more than is kept.
    package private(set) var isCut = false

    package init() {}

    mutating func append(_ text: String, to stream: Stream) {
        guard !text.isEmpty, !isCut else { return }
        length += text.utf8.count
        guard length <= Self.limit else {
            isCut = true
            return
        }
        if pieces.last?.stream == stream {
            pieces[pieces.count - 1].text += text
        } else {
            pieces.append((stream, text))
        }
    }

    /// Both streams as one text, with a newline for every end of line. Progress lines end with a
    /// carriage return, and lines of QEMU's monitor with both characters; replies to the clients
    /// have always contained newlines instead.
    package var text: String {
        let text = pieces.count == 1 ? pieces[0].text : pieces.map(\.text).joined()
        guard text.utf8.contains(UInt8(ascii: "\r")) else { return text }
        return text.replacing("\r\n", with: "\n").replacing("\r", with: "\n")
    }
}
