import Testing
import Text

/// Regular expressions have the semantics of Python 3.11's `re.fullmatch`. Each row was compared
/// with Python.
@Suite struct PythonRegexTests {
    @Test(arguments: [
        ("vm.*", "vm1", true), ("vm", "vm1", false), ("a|vm1", "vm1", true),
        ("a|ab", "ab", true), ("", "", true), ("", "a", false), ("a?", "", true),
        (".*?-1", "x-1", true), ("(?i)VM\\d+", "vm7", true), ("(?x) v m 1 # c", "vm1", true),
        ("\\Avm1\\Z", "vm1", true), ("^vm1$", "vm1", true), ("vm1$", "vm1\n", false),
        ("v{,2}", "vv", true), ("v{,2}", "vvv", false), ("v{1,}", "vvv", true), ("v{", "v{", true),
        ("v{x}", "v{x}", true), ("[]v]+", "]v", true), ("[[:alpha:]]+", "a]]", true),
        ("[^\\W\\d]+", "é", true), ("(?a:\\w+)", "é", false), ("(?a:[^\\W]+)", "e", true),
        ("\\d", "\u{663}", true), ("(?a:\\d)", "\u{663}", false), ("\\s", "\u{A0}", true),
        ("(?P<x>a)(?P=x)", "aa", true), ("(a)\\1", "aa", true), ("(a)?(?(1)b|c)", "ab", true),
        ("(a)?(?(1)b|c)", "c", true), ("(?>a|ab)", "ab", false), ("a++b", "aab", true),
        ("(?<!b)a", "a", true), ("(?#c)a", "a", true), ("\\x61\\u0062\\U00000063", "abc", true),
        ("\\101", "A", true), ("\\0", "\0", true), ("[\\b]", "\u{8}", true), ("a.b", "a\nb", false),
        ("(?s:a.b)", "a\nb", true), ("\\#\\-\\é", "#-é", true), ("(?i-i:A)", "a", false),
    ])
    func matchesLikePython(pattern: String, text: String, expected: Bool) throws {
        let whole = try PythonRegex(pattern).matchesWhole(text)
        #expect(whole == expected)
    }

    @Test(arguments: [
        "(", ")", "[", "*a", "a**", "^*", "(*ACCEPT)", "(?P<n", "(?P<1>a)", "(?P<a>x)(?P<a>y)",
        "(?<n>a)", "\\p{L}", "\\q", "\\Qa\\E", "\\K", "[\\B]", "[b-a]", "(?P=x)", "a{2,1}",
        "a(?i)b", "\\1", "(\\1)", "(?z)", "(?L:a)", "(?au:a)", "(?-:a)", "a\\", "(?<=a*)b", "\\x1",
        "\\u12", "\\U00110000", "\\400", "(?#", "(?(2)a|b)", "(?R)", "(?|a)",
    ])
    func rejectsWhatPythonRejects(pattern: String) {
        #expect(throws: RegexError.self) { try PythonRegex(pattern) }
    }

    @Test func rejectsDeepNesting() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "(?:", count: depth) + "a" + String(repeating: ")", count: depth)
        }
        #expect(try PythonRegex(nested(200)).matchesWhole("a"))
        for depth in [251, 200_000] {
            #expect(throws: RegexError.self) { try PythonRegex(nested(depth)) }
        }
        #expect(throws: RegexError.self) { try PythonRegex(String(repeating: "(", count: 200_000)) }
    }

    @Test func expressionsHaveALimit() throws {
        let comment = "(?#" + String(repeating: "b", count: 32763) + ")"
        #expect(try PythonRegex(comment + "a").matchesWhole("a"))
        let error = #expect(throws: RegexError.self) {
            try PythonRegex(String(repeating: "b", count: 32769))
        }
        #expect(error?.message == "it has more than 32768 bytes")
    }

    /// Each backtracking step copies the positions of all groups.
    @Test(arguments: ["(|t)", "(t|)", "(t*?)"])
    func manyGroupsTakeLittleTime(group: String) throws {
        let time = MatchTime()
        let regex = try PythonRegex(String(repeating: group, count: 4000), within: time)
        let clock = ContinuousClock()
        let duration = clock.measure {
            #expect(throws: RegexError.self) {
                while true { _ = try regex.matchesWhole(String(repeating: "t", count: 60) + "!") }
            }
        }
        #expect(duration < .seconds(10))
    }

    /// Each comparison is within its own limit.
    @Test func comparisonsTogetherHaveALimit() throws {
        let time = MatchTime(nanoseconds: 50_000_000)
        let regex = try PythonRegex("(a+)+[bc]", within: time)
        let text = String(repeating: "a", count: 16)
        #expect(throws: RegexError.self) { while true { _ = try regex.matchesWhole(text) } }
        #expect(time.isUsedUp)
        #expect(try PythonRegex("(a+)+[bc]").matchesWhole(text) == false)
    }

    /// Every start position is within its own limit.
    @Test func searchHasALimit() throws {
        let regex = try PythonRegex("(a+)+[bc]", within: MatchTime(nanoseconds: 50_000_000))
        let text = String(repeating: String(repeating: "a", count: 14) + "!", count: 300)
        #expect(throws: RegexError.self) { try regex.matchesPart(of: text) }
    }

    @Test(arguments: [0, 63, 64, 65, 127, 128, 129, 200])
    func findsMatchAtAnyPosition(position: Int) throws {
        for filler in ["x", "é", "\u{1F600}"] {
            let text = String(repeating: filler, count: position) + "ab"
            #expect(try PythonRegex("a(?=b)").matchesPart(of: text))
            #expect(try PythonRegex("(?<!\\w)ab|(?<=\(filler))ab\\Z").matchesPart(of: text))
            #expect(try !PythonRegex("^b").matchesPart(of: text))
        }
    }

    @Test func stopsCatastrophicBacktracking() throws {
        let regex = try PythonRegex("(a+)+b")
        let text = String(repeating: "a", count: 60) + "!b"
        #expect(throws: RegexError.self) { try regex.matchesWhole(text) }
    }
}
