import Testing
import Text

@Suite struct ShellWordsTests {
    /// The tokens of a text: words in brackets, `;` for an end of a command, or the mistake.
    private func tokens(
        _ text: String, _ rules: ShellWords.Rules, reportsOpenQuotes: Bool = true
    ) -> String {
        var words = ShellWords(text, rules)
        var described: [String] = []
        while true {
            do throws(ShellWords.Mistake) {
                switch try words.next(reportsOpenQuotes: reportsOpenQuotes) {
                case .word(let word): described.append("[\(word)]")
                case .endOfCommand: described.append(";")
                case .endOfInput: return described.joined(separator: " ")
                }
            } catch {
                switch error {
                case .openQuote(let quote): described.append("open \(quote)")
                case .danglingBackslash: described.append("dangling")
                }
                return described.joined(separator: " ")
            }
        }
    }

    /// What all rule sets have in common.
    @Test(arguments: [
        ("", ""), ("  ", ""), ("a", "[a]"), (" a \t b ", "[a] [b]"), ("'a b'", "[a b]"),
        ("\"a b\"", "[a b]"), ("a'b c'd", "[ab cd]"), ("''", "[]"), ("\"\" x", "[] [x]"),
        ("'\"'", "[\"]"), ("\"'\"", "[']"), ("a\\ b", "[a b]"), ("\\'", "[']"),
        ("\"a\\\"b\"", "[a\"b]"), ("\"a\\\\b\"", "[a\\b]"), ("'a\\b'", "[a\\b]"),
        ("a#b", "[a#b]"), ("é\u{A0}日", "[é\u{A0}日]"), ("a\\", "dangling"), ("\"a", "open \""),
        ("\"a\\", "dangling"), ("$HOME *", "[$HOME] [*]"),
    ])
    func allRulesShareQuoting(text: String, expected: String) {
        for rules in [ShellWords.Rules.virsh, .ssh, .python()] {
            #expect(tokens(text, rules) == expected)
        }
    }

    @Test(arguments: [
        ("a; b", "[a] ; [b]"), ("a\nb", "[a] ; [b]"), ("a;", "[a] ;"), (";;", "; ;"),
        ("a;b", "[a] ; [b]"), ("a';'b", "[a;b]"), ("a\\;b", "[a;b]"),
        ("a # b\nc", "[a] ; [c]"), ("# a", ";"), ("'#' a", "[#] [a]"),
        ("a \\\n b", "[a] [b]"), ("a\\\nb", "[ab]"), ("\"a\\\nb\"", "[ab]"),
        ("\"\\n\\x\"", "[nx]"), ("a\rb", "[a\rb]"),
    ])
    func virshAndSSHHaveCommandsAndComments(text: String, expected: String) {
        #expect(tokens(text, .virsh) == expected)
        #expect(tokens(text, .ssh) == expected)
    }

    @Test func virshAcceptsOpenSingleQuote() {
        #expect(tokens("a 'b c", .virsh) == "[a] [b c]")
        #expect(tokens("a 'b c", .ssh) == "[a] open '")
        #expect(tokens("a 'b c", .python()) == "[a] open '")
    }

    /// Python 3.11: `shlex.split`.
    @Test(arguments: [
        ("a; b", "[a;] [b]"), ("a\nb\r\nc", "[a] [b] [c]"), ("a # b", "[a] [#] [b]"),
        ("\"\\n\\x\"", "[\\n\\x]"), ("\\n", "[n]"), ("a\\\nb", "[a\nb]"),
        ("\"a\\\nb\"", "[a\\\nb]"),
    ])
    func pythonHasWordsOnly(text: String, expected: String) {
        #expect(tokens(text, .python()) == expected)
    }

    @Test func pythonMaySplitAtOtherCharacters() {
        #expect(
            tokens("size=10,format='a,b' c,,d", .python(separators: ","))
                == "[size=10] [format=a,b c] [d]")
    }

    @Test func openQuotesMayBeAccepted() {
        #expect(tokens("a \"b c", .virsh, reportsOpenQuotes: false) == "[a] [b c]")
        #expect(tokens("a 'b", .ssh, reportsOpenQuotes: false) == "[a] [b]")
    }

    @Test(arguments: [
        "a && b", "a&", "a | b", "a |b", "a <b", "a 2>&1", "a >b", "a $(b)", "a `b`", "vm(1)", "a)",
    ])
    func operatorsEndTheCommandOfAnSSHClient(text: String) {
        #expect(tokens(text, .ssh).contains(";"))
        #expect(ShellWords.split(text, .ssh) == nil)
        #expect(ShellWords.split("x '\(text)'", .ssh) == ["x", text])
        #expect(ShellWords.split("x \"\(text)\"", .ssh) == ["x", text])
        #expect(ShellWords.split(text, .forcedCommand) != nil)
    }

    @Test func splitReturnsWordsOfOneCommand() {
        #expect(ShellWords.split("virsh 'a b' c", .ssh) == ["virsh", "a b", "c"])
        #expect(ShellWords.split(" ", .ssh) == [])
        for text in ["a; b", "a\n", "a # b", "'a", "a\\"] {
            #expect(ShellWords.split(text, .ssh) == nil)
        }
    }
}
