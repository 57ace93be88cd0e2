import Testing
import Text

@Suite struct PrintableTextTests {
    @Test(arguments: [
        ("a\nb\n", "a\nb\n"), ("a\r\nb\r\n", "a\nb\n"), ("a\n\n\tb", "a\n\n\tb"),
        ("\rJob: [ 1 %]\rJob: [100 %]\n", "Job: [ 1 %]\nJob: [100 %]\n"), ("a\r\r\nb\r", "a\nb"),
        ("\u{1B}[31mred\u{7}\u{9B}1m", "\u{FFFD}[31mred\u{FFFD}\u{FFFD}1m"), ("", ""),
    ])
    func linesCannotMoveCursor(text: String, shown: String) {
        #expect(printableLines(text) == shown)
    }

    @Test func controlCharactersOfOneLineAreReplaced() {
        #expect(printable("a\r\nb\tc é日") == "a\u{FFFD}\u{FFFD}b\u{FFFD}c é日")
    }

    /// `String(libvirt:)` represents the byte 0xFF as U+10FFFF.
    @Test func invalidBytesAreReplaced() {
        #expect(replacingInvalidBytes(in: "a\u{10FFFF}b\u{10FF80}") == "a\u{FFFD}b\u{FFFD}")
        #expect(replacingInvalidBytes(in: "a\u{10FEFF}é") == "a\u{10FEFF}é")
    }
}
