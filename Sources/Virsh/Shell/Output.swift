/// What commands printed, in the order of printing.
package struct Output: Sendable {
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

    /// Both streams as a terminal would show them.
    package var text: String { pieces.count == 1 ? pieces[0].text : pieces.map(\.text).joined() }
}
