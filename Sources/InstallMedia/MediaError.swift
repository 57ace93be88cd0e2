/// Why media could not be read, fetched or made.
package struct MediaError: Error, Hashable, Sendable {
    /// What callers tell apart.
    package enum Kind: Hashable, Sendable {
        /// There is no such file; the server or disk that should have it answers.
        case absent
        /// Whoever should have it does not answer.
        case unreachable
        /// It came, but not whole, or is not what it should be.
        case broken
        /// It could not be stored.
        case unwritable
    }

    package let kind: Kind
    /// For people: it names the thing and what is wrong with it.
    package let message: String

    package init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }
}

/// Told while something is fetched or sent.
package enum TransferEvent: Hashable, Sendable {
    /// Something began, e.g. `Retrieving 'vmlinuz'`; `total` in bytes, where it is known.
    case began(_ what: String, total: Int64?)
    /// So many bytes are through; comes many times.
    case advanced(done: Int64, total: Int64?)
    /// All `done` bytes are through.
    case ended(done: Int64)
}

/// Where such events go.
package typealias Progress = (TransferEvent) -> Void
