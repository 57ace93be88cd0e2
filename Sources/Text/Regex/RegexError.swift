/// Why a text is not a valid regular expression, or cannot be used as one.
package struct RegexError: Error, Hashable, Sendable {
    /// What is wrong, in lower case and without a full stop.
    package let message: String
    /// Where, in characters from the start.
    package let position: Int
}
