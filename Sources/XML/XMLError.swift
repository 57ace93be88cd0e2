import CLibxml2

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

extension XMLError {
    /// Why a function of libxml2 returned NULL that otherwise cannot fail.
    static var noMemoryOrLibrary: XMLError {
        XMLError(message: Document.libraryProblem ?? "out of memory", line: 0)
    }
}

extension Document {
    /// Why libxml2 cannot be loaded; `nil` if it is loaded.
    package static var libraryProblem: String? {
        atex_libxml2_problem().map { String(cString: $0) }
    }

    /// Fails if libxml2 cannot be loaded. Call this before a document is made that does not come
    /// from a text. (Parsing a text fails, too.)
    package static func requireLibrary() throws(XMLError) {
        guard let libraryProblem else { return }
        throw XMLError(message: libraryProblem, line: 0)
    }
}

extension String {
    /// The first line: libxml2 ends its messages with a newline.
    var firstLine: String { split(separator: "\n").first.map(String.init) ?? "" }
}
