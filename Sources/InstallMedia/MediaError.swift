/// Why media could not be read, fetched or created.
package struct MediaError: Error, Hashable, Sendable {
    /// The kinds that callers distinguish.
    package enum Kind: Hashable, Sendable {
        /// The server or disk answers, but does not have the file.
        case absent
        /// The server does not answer.
        case unreachable
        /// The file is truncated or malformed.
        case broken
        /// The file could not be stored here.
        case unwritable
        /// The client's role does not permit it. The message is the reason of a `Denial`.
        case denied
    }

    package let kind: Kind
    /// Names the file and what is wrong with it.
    package let message: String

    package init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    static func larger(than limit: Int) -> MediaError {
        MediaError(.broken, "it is larger than \(limit) bytes")
    }
}
