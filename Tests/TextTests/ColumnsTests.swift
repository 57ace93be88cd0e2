import Testing
import Text

@Suite struct ColumnsTests {
    @Test(arguments: [
        ("", 0), ("abc", 3), ("日本語", 6), ("e\u{301}", 1), ("é", 1), ("\u{1F600}", 2),
        ("a\tb", 2),
    ])
    func widthIsThatOnTerminal(text: String, width: Int) {
        #expect(columnWidth(of: text) == width)
    }

    @Test func controlCharactersHaveNoWidth() {
        #expect(columnWidth(of: "\u{7}" as Unicode.Scalar) == nil)
    }

    /// As in C, where `%5s` counts bytes.
    @Test func paddingCountsBytes() {
        #expect("ab".padded(4) == "ab  ")
        #expect("ab".aligned(4) == "  ab")
        #expect("é".padded(4) == "é  ")
        #expect("abcde".padded(4) == "abcde")
        #expect("abcde".aligned(4) == "abcde")
    }

    @Test func wrappedLines() {
        #expect(wrapped("", width: 10, indentation: 2) == "")
        #expect(wrapped("one two", width: 10, indentation: 2) == "one two")
        #expect(wrapped("one two three", width: 10, indentation: 2) == "one two\n  three")
        #expect(wrapped("one two", width: 10, indentation: 4, offset: 4) == "one\n    two")
        // A long word is not divided, and begins further to the left.
        #expect(wrapped("a 123456789", width: 10, indentation: 4) == "a\n 123456789")
        #expect(wrapped("a 1234567890ab b", width: 10, indentation: 4) == "a\n1234567890ab\n    b")
        // Columns, not characters.
        #expect(wrapped("日本 日本", width: 8, indentation: 0) == "日本\n日本")
    }
}
