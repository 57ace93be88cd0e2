/// A name that is one component of a path, so that it cannot leave its directory.
package struct FileName: Sendable {
    package let text: String

    /// `nil` unless the text has 1 to 255 bytes, no `/` or NUL, and is not `.` or `..`.
    package init?(_ text: String) {
        let scalars = text.unicodeScalars
        guard !text.isEmpty, text != ".", text != "..", text.utf8.count <= 255,
            !scalars.contains("/"), !scalars.contains("\0")
        else { return nil }
        self.text = text
    }
}
