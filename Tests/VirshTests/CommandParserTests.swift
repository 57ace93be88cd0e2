import Libvirt
import Testing
import Text

@testable import Virsh

extension CommandParser {
    /// The commands if all of them parse.
    fileprivate func calls() throws -> [Call] {
        var parser = self
        let parsed = parser.parse()
        if let error = parsed.error { throw error }
        return parsed.calls
    }
}

/// Words are parsed like in vsh.c.
struct CommandParserTests {
    /// The words of each command in a command string.
    private func words(_ text: String) throws -> [[String]] {
        var tokens = ShellWords(text, .virsh)
        var commands: [[String]] = [[]]
        while true {
            switch try tokens.token(reportsOpenQuotes: true) {
            case .word(let word): commands[commands.count - 1].append(word)
            case .endOfCommand: commands.append([])
            case .endOfInput: return commands
            }
        }
    }

    @Test(arguments: [
        ("a b", [["a", "b"]]),
        (" a\t b ", [["a", "b"]]),
        ("a;b\nc", [["a"], ["b"], ["c"]]),
        ("a ; ;b", [["a"], [], ["b"]]),
        ("'a b' \"c d\"", [["a b", "c d"]]),
        ("a'b'\"c\"", [["abc"]]),
        ("'a;b#c'", [["a;b#c"]]),
        ("'a\\b' \"a\\\"b\" a\\ b", [["a\\b", "a\"b", "a b"]]),
        ("\"it's\" 'a\"b'", [["it's", "a\"b"]]),
        ("a \\\n b", [["a", "b"]]),
        ("a\\\nb", [["ab"]]),
        ("a # b; c\nd", [["a"], ["d"]]),
        ("a#b", [["a#b"]]),
        ("'' \"\"", [["", ""]]),
        ("'open", [["open"]]),  // virsh reports only an unclosed double quote
        ("", [[]]),
    ])
    func splitting(_ text: String, _ expected: [[String]]) throws {
        #expect(try words(text) == expected)
    }

    @Test(arguments: [("a \"b", "missing \""), ("a\\", "dangling \\"), ("\"\\", "dangling \\")])
    func malformedQuoting(_ text: String, _ message: String) {
        #expect { try words(text) } throws: { ($0 as? SyntaxError)?.lines == [message] }
    }

    private func call(_ words: String...) throws -> Call {
        let calls = try CommandParser(words: words, .oldest).calls()
        return try #require(calls.count == 1 ? calls[0] : nil)
    }

    @Test func optionsAndData() throws {
        for words in [
            ["domstate", "vm", "--reason"], ["domstate", "--reason", "vm"],
            ["domstate", "--domain", "vm", "--reason"], ["domstate", "--domain=vm", "--reason"],
            ["domstate", "--reason", "--", "vm"],
        ] {
            let given = try #require(try CommandParser(words: words, .oldest).calls().first).given
            #expect(given.word(0) == "vm")
            #expect(given.has(1))
        }
        #expect(try call("domstate", "--domain=").given.word(0) == "")
        #expect(try call("domstate", "--domain=a=b").given.word(0) == "a=b")
        #expect(try call("domstate", "--domain", "--reason").given.word(0) == "--reason")
        #expect(try call("domstate", "--", "--reason").given.word(0) == "--reason")
        #expect(try call("domstate", "---").given.word(0) == "---")
        #expect(try call("domstate", "-reason").given.word(0) == "-reason")
    }

    @Test(arguments: [
        (["nope"], "unknown command: 'nope'"),
        (["domstate"], "command 'domstate' requires <domain> option"),
        (["domstate", "a", "b"], "unexpected data 'b'"),
        (["domstate", "a", "--nope"], "command 'domstate' doesn't support option --nope"),
        (["domstate", "a", "--reason=1"], "invalid '=' after option --reason"),
        (["domstate", "--domain"], "expected syntax: --domain <string>"),
        (["domstate", "--domain", "a", "--domain", "b"], "option --domain already seen"),
        (["domstate", "a", "--domain", "b"], "option --domain already seen"),
        (["domstate", "--help=1"], "invalid '=' after option --help"),
    ])
    func syntaxErrors(_ words: [String], _ message: String) {
        #expect { try CommandParser(words: words, .oldest).calls() } throws: {
            ($0 as? SyntaxError)?.lines == [message]
        }
    }

    @Test(arguments: [
        ("echo;", 20_000, nil), ("echo\n", 20_001, "20000 words"),
        ("nope;", 20_001, "20000 words"), ("echo a b;", 6666, nil),
        ("echo a b;", 6667, "20000 words"), ("domstats vm1 ", 10_001, "20000 words"),
        ("domstats --domain vm1 ", 6667, "20000 words"), ("# a b\n", 50_000, nil),
        ("'#' a b\n", 6667, "20000 words"), ("nope a b;", 6667, "20000 words"), (";", 50_000, nil),
    ])
    func aRequestHasALimit(_ text: String, _ count: Int, _ limit: String?) {
        let parsed = ParsedCommands([String(repeating: text, count: count)], .newest)
        let message = limit.map { ["a virsh request may have at most \($0)"] }
        #expect(parsed.error?.lines == message)
        // What was parsed until then is not judged.
        if message != nil { #expect(parsed.calls.isEmpty) }
    }

    /// What follows is not read: an open quote would be the first mistake.
    @Test func parsingEndsAtTheLimit() {
        let text = String(repeating: "nope;", count: 20_001) + "echo \"" + ";echo"
        let parsed = ParsedCommands([text], .newest)
        #expect(parsed.error?.lines == ["a virsh request may have at most 20000 words"])
    }

    /// The parser since 10.3.
    @Test(arguments: [
        (["domstate", "---"], "command 'domstate' doesn't support option ---"),
        (["domstate", "a", "--=x"], "command 'domstate' doesn't support option --"),
        (["vol-upload"], "command 'vol-upload' requires <vol> option"),
        (["setmem", "a"], "command 'setmem' requires <size> option"),
        (["checkpoint-info", "a"], "command 'checkpoint-info' requires <checkpointname> option"),
        (["blkdeviotune", "a", "vda", "1"], "unexpected data '1'"),
    ])
    func syntaxErrorsOfTheNewParser(_ words: [String], _ message: String) {
        #expect { try CommandParser(words: words, .newest).calls() } throws: {
            ($0 as? SyntaxError)?.lines == [message]
        }
    }

    @Test func theNewParserIgnoresTheValueOfHelp() throws {
        let calls = try CommandParser(words: ["domstate", "--help=1"], .newest).calls()
        #expect(calls.map(\.command.name) == ["help"])
    }

    @Test func everyCommandHasTheOptionHelp() throws {
        let call = try call("domstate", "--help")
        #expect(call.command.name == "help")
        #expect(call.given.word(0) == "domstate")
    }

    @Test func helpIgnoresExtraWords() throws {
        #expect(try call("help", "a", "b", "--nope").given.word(0) == "a")
    }

    @Test func commandStrings() throws {
        func names(_ text: String) throws -> [String] {
            try CommandParser(string: text, .oldest).calls().map(\.command.name)
        }
        #expect(try names("domid a; domstate b\ndomid c") == ["domid", "domstate", "domid"])
        #expect(try names(" ;; domid a;") == ["domid"])
        #expect(try names("#domid a\ndomid b") == ["domid"])
        #expect(try names("") == [])
        #expect(throws: SyntaxError.self) { try names("domid a; nope") }
    }
}
