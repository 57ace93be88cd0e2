import Testing
import Text

@Suite struct ConsoleFilterTests {
    /// What a person sees of console bytes that arrive in one piece, and byte by byte.
    private func seen(_ bytes: [UInt8]) -> String {
        var filter = ConsoleFilter()
        let whole = String(decoding: filter.filter(bytes[...]), as: UTF8.self)
        var slow = ConsoleFilter()
        let parts = bytes.flatMap { slow.filter([$0]) }
        #expect(String(decoding: parts, as: UTF8.self) == whole)
        return whole
    }

    private func seen(_ text: String) -> String { seen(Array(text.utf8)) }

    @Test func textIsUnchanged() {
        #expect(seen("vm1 login: \tgrün 日本 😀\n\n") == "vm1 login: \tgrün 日本 😀\n\n")
    }

    @Test func linesOfSerialConsoles() {
        #expect(seen("one\r\ntwo\r\n") == "one\ntwo\n")
        #expect(seen("one\r\r\ntwo") == "one\ntwo")
        // A guest cannot overwrite what it wrote before.
        #expect(seen("10 %\r20 %\r\n") == "10 %\n20 %\n")
        #expect(seen("\rtext\r") == "text")
    }

    @Test func escapeSequencesAreRemoved() {
        #expect(seen("[\u{1B}[0;32m  OK  \u{1B}[0m] Started.\n") == "[  OK  ] Started.\n")
        #expect(seen("\u{1B}[2J\u{1B}[1;1H\u{1B}[?25lGRUB") == "GRUB")
        #expect(seen("a\u{1B}(Bb\u{1B}=c\u{1B}cd") == "abcd")
        // Titles, and strings that some terminals answer as if a person had typed the answer.
        #expect(seen("a\u{1B}]0;title\u{7}b\u{1B}]52;c;cm0=\u{1B}\\c") == "abc")
        #expect(seen("a\u{1B}P$q\"p\u{1B}\\b\u{1B}_x\u{1B}\\c\u{1B}[6nd") == "abcd")
    }

    @Test func sequencesEndWithTheLine() {
        // Otherwise a guest could hide the rest of its output.
        #expect(seen("a\u{1B}]0;title\nlogin:") == "a\nlogin:")
        #expect(seen("a\u{1B}[31\nlogin:") == "a\nlogin:")
        #expect(seen("a\u{1B}\nlogin:") == "a\nlogin:")
        #expect(seen("a\u{1B}]x\u{1B}[31mb") == "ab")
    }

    @Test func otherControlsAreReplaced() {
        #expect(seen("a\u{8}b\u{0}c\u{7F}d\u{7}") == "a\u{FFFD}b\u{FFFD}c\u{FFFD}d")
        // U+009B means ESC [ to some terminals, as a character or as a single byte.
        #expect(seen("a\u{9B}31mb") == "a\u{FFFD}31mb")
        #expect(seen([0x61, 0x9B, 0x62]) == "a\u{FFFD}b")
        #expect(seen([0x61, 0xE2, 0x82, 0x1B, 0x5B, 0x6D, 0x62]) == "a\u{FFFD}b")
        #expect(seen([0xE0, 0x80, 0x9B, 0xF5, 0xC3, 0x28]) == "\u{FFFD}\u{FFFD}\u{FFFD}(")
        #expect(seen("a\u{1B}\u{9B}b\u{1B}[é") == "a\u{FFFD}bé")
    }
}
