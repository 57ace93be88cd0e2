/// Splits a text into words as a shell does, by the rules of one of three programs.
package struct ShellWords {
    /// What differs between the programs.
    package struct Rules: Sendable {
        /// The characters between words.
        let separators: String
        /// The characters that end a command.
        let commandEnds: String
        /// Whether `#` at the start of a word begins a comment, which extends to the line's end.
        let hasComments: Bool
        /// Whether a backslash before a newline joins two lines.
        let joinsLines: Bool
        /// Whether a backslash inside double quotes stays, except before `"` and `\`.
        let keepsBackslashes: Bool
        /// Whether the text may end inside single quotes.
        let allowsOpenSingleQuote: Bool

        /// virsh's command strings. virsh 9.0.0: `vshCommandStringGetArg`.
        package static let virsh = Rules(
            separators: " \t", commandEnds: ";\n", hasComments: true, joinsLines: true,
            keepsBackslashes: false, allowsOpenSingleQuote: true)
        /// A command line of sshd's configuration, which a shell runs: as virsh's, but all quotes
        /// must be closed.
        package static let forcedCommand = Rules(
            separators: " \t", commandEnds: ";\n", hasComments: true, joinsLines: true,
            keepsBackslashes: false, allowsOpenSingleQuote: false)
        /// What an ssh client sends. No shell runs it, so everything that a shell would act on ends
        /// the command. `(` includes `$(...)`.
        package static let ssh = Rules(
            separators: " \t", commandEnds: ";\n&|<>()`", hasComments: true, joinsLines: true,
            keepsBackslashes: false, allowsOpenSingleQuote: false)
        /// virt-install's options. Python 3.11: `shlex` with `posix=True`.
        package static func python(separators: String = " \t\r\n") -> Rules {
            Rules(
                separators: separators, commandEnds: "", hasComments: false, joinsLines: false,
                keepsBackslashes: true, allowsOpenSingleQuote: false)
        }
    }

    package enum Token: Equatable, Sendable {
        case word(String)
        case endOfCommand
        case endOfInput
    }

    package enum Mistake: Error {
        case openQuote(Unicode.Scalar)
        case danglingBackslash
    }

    /// The most words that a request may give to virsh or virt-install. Each takes memory, also
    /// while it is parsed.
    package static let limit = 20_000

    private let rules: Rules
    private var rest: Substring.UnicodeScalarView

    package init(_ text: String, _ rules: Rules) {
        self.rules = rules
        rest = text[...].unicodeScalars
    }

    /// The words of a text that is one command; `nil` if it has several commands, comments, or
    /// open quotes.
    package static func split(_ text: String, _ rules: Rules) -> [String]? {
        var tokens = ShellWords(text, rules)
        var words: [String] = []
        while true {
            do throws(Mistake) {
                switch try tokens.next() {
                case .word(let word): words.append(word)
                case .endOfCommand: return nil
                case .endOfInput: return words
                }
            } catch { return nil }
        }
    }

    /// The number of characters that have not been read.
    package var remaining: Int { rest.count }

    /// The next token. `reportsOpenQuotes: false` accepts quotes that are not closed.
    package mutating func next(reportsOpenQuotes: Bool = true) throws(Mistake) -> Token {
        skipSeparators()
        guard let first = rest.first else { return .endOfInput }
        if contains(rules.commandEnds, first) {
            rest.removeFirst()
            return .endOfCommand
        }
        if rules.hasComments, first == "#" {
            // The newline that ends the comment also ends the command.
            rest = rest.drop { $0 != "\n" }.dropFirst()
            return .endOfCommand
        }
        return .word(try word(reportsOpenQuotes: reportsOpenQuotes))
    }

    private mutating func skipSeparators() {
        while let first = rest.first {
            if contains(rules.separators, first) {
                rest.removeFirst()
            } else if rules.joinsLines, first == "\\", rest.dropFirst().first == "\n" {
                rest.removeFirst(2)
            } else {
                return
            }
        }
    }

    private mutating func word(reportsOpenQuotes: Bool) throws(Mistake) -> String {
        var word = String.UnicodeScalarView()
        var quote: Unicode.Scalar?
        while let scalar = rest.first {
            if quote == nil,
                contains(rules.separators, scalar) || contains(rules.commandEnds, scalar)
            {
                break
            }
            rest.removeFirst()
            switch scalar {
            // A quote of the other kind is an ordinary character inside quotes.
            case "'" where quote != "\"", "\"" where quote != "'":
                quote = quote == nil ? scalar : nil
            case "\\" where quote != "'":
                guard let escaped = rest.popFirst() else { throw .danglingBackslash }
                // The word continues on the next line.
                if rules.joinsLines, escaped == "\n" { continue }
                if rules.keepsBackslashes, quote == "\"", escaped != "\"", escaped != "\\" {
                    word.append("\\")
                }
                word.append(escaped)
            default: word.append(scalar)
            }
        }
        // virsh 9.0.0 reports only `"` as missing, and takes the rest of the text after `'`.
        if let quote, reportsOpenQuotes, !(quote == "'" && rules.allowsOpenSingleQuote) {
            throw .openQuote(quote)
        }
        return String(word)
    }

    private func contains(_ set: String, _ scalar: Unicode.Scalar) -> Bool {
        set.unicodeScalars.contains(scalar)
    }
}
