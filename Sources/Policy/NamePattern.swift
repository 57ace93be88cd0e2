import Synchronization
package import Text

/// A regular expression with Python's syntax that a whole name must match.
package final class NamePattern: Sendable {
    package let text: String
    // Matching writes to memory of the expression.
    private let regex: Mutex<PythonRegex>

    package init(_ text: String) throws(RegexError) {
        self.text = text
        regex = Mutex(try PythonRegex(text))
    }

    /// False also if the comparison takes too long: then nothing is granted.
    package func matches(_ name: String) -> Bool {
        regex.withLock { regex in
            do throws(RegexError) { return try regex.matchesWhole(name) } catch { return false }
        }
    }
}
