import Testing

@testable import HelperSession

@Suite struct PresentationTests {
    @Test(arguments: [
        ("a\nb\n", "a\nb\n"), ("a\r\nb\r\n", "a\nb\n"), ("a\n\n\tb", "a\n\n\tb"),
        ("\rJob: [ 1 %]\rJob: [100 %]\n", "Job: [ 1 %]\nJob: [100 %]\n"), ("a\r\r\nb\r", "a\nb"),
        ("\u{1B}[31mred\u{7}\u{9B}1m", "\u{FFFD}[31mred\u{FFFD}\u{FFFD}1m"), ("", ""),
    ])
    func linesThatMoveNoCursor(text: String, shown: String) {
        #expect(printableLines(text) == shown)
    }

    @Test func oneLine() { #expect(printable("a\r\nb\tc é日") == "a\u{FFFD}\u{FFFD}b\u{FFFD}c é日") }

    @Test func colours() {
        let report = "ok       x  error is a word here\nerror    y  bad\nwarning  z  so so\n"
        #expect(Presentation(isColoured: false).report(report) == report)
        #expect(
            Presentation(isColoured: true).report(report) == """
                ok       x  error is a word here
                \u{1B}[31merror    y  bad\u{1B}[0m
                \u{1B}[33mwarning  z  so so\u{1B}[0m

                """)
    }

    @Test func namesInNaturalOrder() {
        let names = [
            "vm10", "vm9", "a", "vm", "vm1b", "vm1", "10", "9", "VM2", "vm18446744073709551616",
        ]
        #expect(
            names.sorted(by: naturalOrder)
                == [
                    "9", "10", "VM2", "a", "vm", "vm1", "vm1b", "vm9", "vm10",
                    "vm18446744073709551616",
                ])
        #expect(!naturalOrder("vm01", "vm1") || !naturalOrder("vm1", "vm01"))
    }

    @Test func columnsAreAsWideAsTheyLook() {
        let table = Presentation(isColoured: false).table(
            ["domain", "x"], [["日本語", "1"], ["e\u{301}", "2"], ["long-name", "3"]])
        #expect(
            table == """
                DOMAIN     X
                long-name  3
                e\u{301}          2
                日本語     1

                """)
    }

    @Test(arguments: [
        ("resrve", "reserve"), ("RESERVE", "reserve"), ("conect", "connect"), ("pnig", nil),
        ("xyz", nil), ("", nil),
    ])
    func nearestWord(word: String, nearest: String?) {
        let seen = suggestion(for: word, among: ["ping", "reserve", "connect", "virsh"])
        #expect(seen == (nearest.map { "; did you mean '\($0)'?" } ?? ""))
    }
}
