/// A name that is one component of a path, so that it cannot lead out of its directory.
struct FileName: Sendable {
    let text: String

    init?(_ text: String) {
        let scalars = text.unicodeScalars
        guard !text.isEmpty, text != ".", text != "..", text.utf8.count <= 255,
            !scalars.contains("/"), !scalars.contains("\0")
        else { return nil }
        self.text = text
    }

    /// As above, for an argument; `what` says what it names.
    init(checking text: String, _ what: String) throws {
        guard let name = FileName(text) else {
            throw Refusal(
                .badRequest,
                "\(what) '\(text)' must be one name: 1 to 255 bytes, no '/' or NUL, not '.' or '..'"
            )
        }
        self = name
    }
}
