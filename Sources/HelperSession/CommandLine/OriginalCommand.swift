import System
import Text

/// The command that an ssh client asked for, if sshd forces ours on it: SSH_ORIGINAL_COMMAND.
package struct OriginalCommand {
    package let words: [String]

    /// `nil` if the client named no command.
    package init?() {
        guard let text = ProcessInformation.environment("SSH_ORIGINAL_COMMAND") else { return nil }
        self.init(text)
    }

    /// The text is split as a shell would, but no shell is involved. A text that cannot be split
    /// is one word, which is then reported as an unknown command.
    init?(_ text: String) {
        let text = text.trimmingWhitespace()
        words = Self.split(text) ?? [text]
        guard !words.isEmpty else { return nil }
    }

    /// The words of a text that is one command with all quotes closed; else `nil`.
    static func split(_ text: String) -> [String]? { ShellWords.split(text, .ssh) }

    /// The first character outside quotes that only a shell could act on, e.g. `|`; `nil` if there
    /// is none.
    static func shellOperator(in text: String) -> Unicode.Scalar? {
        let scalars = Array(text.unicodeScalars)
        var tokens = ShellWords(text, .ssh)
        while true {
            do throws(ShellWords.Mistake) {
                switch try tokens.next() {
                case .word: continue
                case .endOfInput: return nil
                case .endOfCommand:
                    // A comment and the end of a line end a command as well.
                    let last = scalars[scalars.count - tokens.remaining - 1]
                    return ";&|<>()`".unicodeScalars.contains(last) ? last : nil
                }
            } catch { return nil }
        }
    }

    /// The command in words; `nil` if the client asked for this helper alone, possibly through
    /// `exec` and `sudo`: then it speaks the line protocol.
    package var commandWords: [String]? {
        guard let invocation = HelperInvocation(words: words) else { return words }
        let rest = Self.skippingOptions(invocation.arguments)
        return rest.isEmpty ? nil : Array(rest)
    }

    private static let optionsWithValue = ["--log", "--role", "--identity", "--policy", "--ports"]

    /// The words after the helper's own options and its URI. Both are for the administrator to
    /// choose, who wrote the forced command, so the client's are ignored.
    private static func skippingOptions(_ arguments: [String]) -> ArraySlice<String> {
        var rest = arguments[...]
        while let word = rest.first {
            if word == "-L" || optionsWithValue.contains(word) {
                rest = rest.dropFirst(2)
            } else if optionsWithValue.contains(where: { word.hasPrefix("\($0)=") })
                || word.hasPrefix("-L") || word == "--"
            {
                rest.removeFirst()
            } else {
                break
            }
        }
        // Without a colon it is not a URI but a mistyped command, which is then reported.
        return rest.first?.utf8.contains(UInt8(ascii: ":")) == true
            ? skippingOptions(Array(rest.dropFirst())) : rest
    }
}

extension String {
    fileprivate func trimmingWhitespace() -> String {
        var rest = self[...].drop(while: \.isWhitespace)
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return String(rest)
    }
}
