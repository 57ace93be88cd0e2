import Testing

@testable import Text

/// Finds what Python's `re.search` finds, however the text is split into pieces. Each row was
/// compared with Python.
@Suite struct PythonRegexStreamSearchTests {
    private func found(
        _ pattern: String, in pieces: [[UInt8]]
    ) throws -> (matched: String, piece: Int)? {
        let search = PythonRegexStreamSearch(try PythonRegex(pattern))
        for (number, piece) in pieces.enumerated() {
            if let matched = try search.feed(piece[...]) { return (matched, number) }
        }
        return nil
    }

    @Test(arguments: [
        ("login: ", "Debian\r\nvm1 login: ", "login: "), ("(?i)LOGIN", "a login", "login"),
        ("^vm", "a vm", nil), ("(?m)^vm.*", "a\nvm1", "vm"), ("\\Avm", "a vm", nil),
        ("(?<=: )x", ": x", "x"), ("(?<!b)a", "ba", nil), ("(?<!b)a", "baa", "a"),
        ("\\bup\\b.", "setup up ", "up "), ("caf\u{E9}.", "caf\u{E9}s", "caf\u{E9}s"),
        ("(?s)a.*c", "a\nb\nc", "a\nb\nc"), ("a.*c", "a\nb\nc", nil), ("(a)(b)\\2", "xabb", "abb"),
        ("a(?=b)", "ab", "a"), ("x{3}", "xx xxx", "xxx"), ("\u{1F600}", "\u{1F600}", "\u{1F600}"),
        ("(?s)\\A.{5}", "\n2\u{E9}45", "\n2\u{E9}45"), ("[^ -~]", "abc\u{20AC}", "\u{20AC}"),
    ])
    func findsAcrossPieces(pattern: String, text: String, expected: String?) throws {
        let bytes = Array(text.utf8)
        #expect(try found(pattern, in: bytes.map { [$0] })?.matched == expected)
        let whole = try found(pattern, in: [bytes])?.matched
        #expect((whole == nil) == (expected == nil))
        for border in 0...bytes.count {
            let pieces = [Array(bytes[..<border]), Array(bytes[border...])]
            let first = try found(pattern, in: [pieces[0]])?.matched
            #expect(try found(pattern, in: pieces)?.matched == first ?? whole)
        }
    }

    @Test func dollarMatchesAtEndOfReceivedText() throws {
        let pieces = ["login: x", "\nlogin: ", "root"].map { Array($0.utf8) }
        let end = try #require(try found("login: $", in: pieces))
        #expect(end == ("login: ", 1))
        #expect(try found("login: $", in: [Array("login: x".utf8)]) == nil)
    }

    @Test func invalidBytesAreReplaced() throws {
        let pieces: [[UInt8]] = [[0x61, 0xFF], [0xC3], [0x62, 0xE2, 0x82], [0xAC]]
        #expect(try found("a..b", in: pieces)?.matched == "a\u{FFFD}\u{FFFD}b")
        #expect(try found("\u{20AC}", in: pieces)?.matched == "\u{20AC}")
        #expect(try found("\u{FFFD}{3}", in: pieces) == nil)
    }

    @Test func matchMayBeAsLongAsWindow() throws {
        let middle = [UInt8](repeating: 0x2E, count: 1000)
        for (count, isFound) in [(0, true), (64, true), (66, false)] {
            let pieces = [[0x61]] + Array(repeating: middle, count: count) + [[0x62]]
            let matched = try found("a[.]*b", in: pieces)
            #expect((matched != nil) == isFound, "\(count)")
            #expect((try found("[.]{1000}b", in: pieces) != nil) == (count > 0))
        }
    }

    @Test func longTextIsSearchedInLinearTime() throws {
        let search = PythonRegexStreamSearch(try PythonRegex("(?m)^.* (login|user): $"))
        let line = Array("[    1.234567] systemd[1]: Started something or other\r\n".utf8)
        let start = ContinuousClock.now
        for _ in 0..<20_000 { #expect(try search.feed(line[...]) == nil) }
        #expect(try search.feed(Array("vm1 login: ".utf8)[...]) == "vm1 login: ")
        #expect(start.duration(to: .now) < .seconds(20))
    }

    @Test(arguments: ["(a+)+b", "(a|aa)*b", "(?:a?){40}a{40}b", "(?:a*)*[^a]"])
    func stopsCatastrophicBacktracking(pattern: String) throws {
        let search = PythonRegexStreamSearch(try PythonRegex(pattern))
        let text = [UInt8](repeating: 0x61, count: 64 << 10)
        let start = ContinuousClock.now
        #expect(throws: RegexError.self) { try search.feed(text[...]) }
        #expect(start.duration(to: .now) < .seconds(20))
    }

    /// A console may print one byte after the other for days.
    @Test func allPiecesTogetherHaveALimit() throws {
        let search = PythonRegexStreamSearch(try PythonRegex("(a+)+[bc]"))
        let piece = Array(String(repeating: "a", count: 13).utf8) + [UInt8(ascii: "!")]
        #expect(throws: RegexError.self) {
            for _ in 0..<1_000_000 { _ = try search.feed(piece[...]) }
        }
    }

    @Test func cheapSearchOfMuchTextEnds() throws {
        let search = PythonRegexStreamSearch(try PythonRegex("login: $"))
        let piece = Array(String(repeating: "systemd[1]: Started something.\n", count: 2000).utf8)
        for _ in 0..<30 { #expect(try search.feed(piece[...]) == nil) }
    }
}
