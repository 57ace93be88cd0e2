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
}
