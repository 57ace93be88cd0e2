/// Why a text is not an XML document, or an expression not an XPath, in libxml2's words.
package struct XMLError: Error, Hashable, Sendable {
    package let message: String
    /// The line of the document, from 1; 0 if there is none.
    package let line: Int32
    /// The place in an XPath expression, in bytes from its start; `nil` if libxml2 reports none.
    package let offset: Int?
    /// The wrong line of the document and below it a line that points to the place, e.g. `</b>` and
    /// `----^`; empty if there is none.
    package let excerpt: String

    init(message: String, line: Int32, offset: Int? = nil, excerpt: String = "") {
        self.message = message
        self.line = line
        self.offset = offset
        self.excerpt = excerpt
    }
}

extension String {
    /// The first line: libxml2 ends its messages with a newline.
    var firstLine: String { split(separator: "\n").first.map(String.init) ?? "" }
}
