import Libvirt
import Testing
import Text

@testable import Virsh

struct TableTests {
    @Test func tableWithHeader() {
        var table = Table("Id", "Name", "State")
        table.append("1", "a", "running")
        table.append("-", "longer name", "")
        let lines = [
            " Id   Name          State",
            "-----------------------------",
            " 1    a             running",
            " -    longer name   ",
            "",
        ]
        #expect(table.text(header: true) == lines.joined(separator: "\n"))
    }

    @Test func omittedHeaderDoesNotWidenColumns() {
        var table = Table("A long heading", "B")
        #expect(table.text(header: false) == "")
        table.append("x", "y")
        #expect(table.text(header: false) == " x   y\n")
    }

    @Test(arguments: [
        ("測試", " 測試   |\n ab     |\n"),  // two columns each
        ("e\u{301}", " e\u{301}    |\n ab   |\n"),  // the accent has no width
        ("a\tb", " a\\x09b   |\n ab       |\n"),
        ("\u{7F}", " \\x7f   |\n ab     |\n"),
        ("\\x41", " \\x5cx41   |\n ab        |\n"),
        ("\\y", " \\y   |\n ab   |\n"),
        ("\u{85}", " \\xc2\\x85   |\n ab         |\n"),
    ])
    func widths(_ cell: String, _ text: String) {
        var table = Table("", "")
        table.append(cell, "|")
        table.append("ab", "|")
        #expect(table.text(header: false) == text)
    }

    @Test func invalidUTF8() {
        var table = Table("")
        table.append(String(escapingBytes: [0x61, 0xFF, 0xC3]))
        #expect(table.text(header: false) == " a\\xff\\xc3\n")
    }
}

struct BytesTests {
    @Test(arguments: [
        [], Array("plain".utf8), Array("測試 é 🙂".utf8), [0xFF], [0x80, 0x41, 0xC3],
        [0xC3, 0x28], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xC0, 0xAF],
        Array(0...255),
    ])
    func roundTrip(_ bytes: [UInt8]) {
        #expect(String(escapingBytes: bytes).unescapedBytes == bytes)
    }

    @Test func validTextIsUnchanged() {
        #expect(String(escapingBytes: "測試 e\u{301}".utf8) == "測試 e\u{301}")
        #expect(String(escapingBytes: [0x61, 0xFF]) == "a\u{10FFFF}")
    }
}

struct TextTests {
    @Test func paddingCountsBytes() {
        #expect("ab".padded(4) + "|" == "ab  |")
        #expect("é".padded(4) + "|" == "é  |")
        #expect("abcde".padded(4) == "abcde")
        #expect("ab".aligned(4) == "  ab")
    }

    @Test func orderIgnoresTheCaseOfASCIIOnly() {
        #expect(
            ["b", "A", "a1", "B2", "_"].sortedIgnoringCase { $0 } == [
                "_", "A", "a1", "b", "B2",
            ])
        #expect(FoldedName("A") == FoldedName("a"))
        #expect(FoldedName("É") < FoldedName("é"))
    }

    @Test(arguments: [(0.125, 2, "0.12"), (2.5, 0, "2"), (1e21, 1, "1000000000000000000000.0")])
    func fixedEqualsPrintf(_ value: Double, _ digits: Int, _ text: String) {
        #expect(fixed(value, digits) == text)
    }
}
