import Host
import Virsh

/// What an ssh client asked for where sshd forced our command on it: SSH_ORIGINAL_COMMAND.
package struct OriginalCommand {
    package let words: [String]

    /// `nil` where the client named no command.
    package init?() {
        guard let text = ProcessInformation.environment("SSH_ORIGINAL_COMMAND") else { return nil }
        self.init(text)
    }

    init?(_ text: String) {
        // The words of a shell, but no shell sees them. What cannot be split stays one word.
        let text = text.trimmingEnds()
        words = Self.canBeSplit(text) ? shellWords(text) ?? [text] : [text]
        guard !words.isEmpty else { return nil }
    }

    /// Whether a text is the words of one command, with all quotes closed.
    static func canBeSplit(_ text: String) -> Bool {
        guard shellWords(text) != nil else { return false }
        // virsh, whose words these otherwise are, lets a text end within single quotes.
        var (isQuoted, isDouble, isEscaped) = (false, false, false)
        for byte in text.utf8 {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\"), !isQuoted {
                isEscaped = true
            } else if byte == UInt8(ascii: "\""), !isQuoted {
                isDouble.toggle()
            } else if byte == UInt8(ascii: "'"), !isDouble {
                isQuoted.toggle()
            }
        }
        return !isQuoted
    }

    /// Whether the client asked for this helper, possibly through `exec` and `sudo`: then it speaks
    /// the line protocol.
    package var isHelper: Bool { HelperInvocation(words: words) != nil }
}

extension String {
    /// Without blanks and ends of lines around it.
    fileprivate func trimmingEnds() -> String {
        var rest = self[...].drop(while: \.isWhitespace)
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return String(rest)
    }
}
