/// What commands printed, in the order of printing.
package struct ShellOutput: Sendable {
    package enum Stream: Sendable { case standard, error }

    /// The pieces; neighbours are of different streams.
    package private(set) var pieces: [(stream: Stream, text: String)] = []

    package init() {}

    mutating func append(_ text: String, to stream: Stream) {
        guard !text.isEmpty else { return }
        if pieces.last?.stream == stream {
            pieces[pieces.count - 1].text += text
        } else {
            pieces.append((stream, text))
        }
    }

    /// Both streams in one, every end of line a newline: that is how replies have always told it
    /// that a progress line is drawn anew, or that QEMU's monitor ends its lines with two signs.
    package var text: String {
        let text = pieces.count == 1 ? pieces[0].text : pieces.map(\.text).joined()
        guard text.utf8.contains(UInt8(ascii: "\r")) else { return text }
        return text.replacing("\r\n", with: "\n").replacing("\r", with: "\n")
    }
}
