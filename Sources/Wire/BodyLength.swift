/// The length of the body that follows a request.
package enum BodyLength: Hashable, Sendable {
    /// A number of bytes; other requests may follow.
    case bytes(UInt64)
    /// A number of bytes, after which the input must end: a command in words.
    case allOfInput(UInt64)
    /// All bytes to the end of the input: a command in words that was given no length.
    case toEndOfInput

    /// In bytes; `nil` if only the end of the input will show it.
    package var count: UInt64? {
        switch self {
        case .bytes(let count), .allOfInput(let count): count
        case .toEndOfInput: nil
        }
    }

    /// For messages: ` of 10 bytes`; empty if the length is not known.
    package var ofBytes: String { count.map { " of \($0) bytes" } ?? "" }

    mutating func subtract(_ count: UInt64) {
        switch self {
        case .bytes(let left): self = .bytes(left - count)
        case .allOfInput(let left): self = .allOfInput(left - count)
        case .toEndOfInput: break
        }
    }
}
