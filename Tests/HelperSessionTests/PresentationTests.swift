import Testing
import Text

@testable import HelperSession

@Suite struct PresentationTests {
    @Test func problemsInReportAreColoured() {
        let report = "ok       x  error is a word here\nerror    y  bad\nwarning  z  so so\n"
        #expect(Presentation(isColoured: false).report(report) == report)
        #expect(
            Presentation(isColoured: true).report(report) == """
                ok       x  error is a word here
                \u{1B}[31merror    y  bad\u{1B}[0m
                \u{1B}[33mwarning  z  so so\u{1B}[0m

                """)
    }

    @Test func columnsAreAlignedOnTerminal() {
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

    @Test func colouredTableKeepsItsEscapeSequences() {
        let rows: [JSONValue] = [.object([("name", .string("a\u{1B}[2Jb"))])]
        #expect(
            Presentation(isColoured: true).text(of: [("rows", .array(rows))])
                == "\u{1B}[1mNAME\u{1B}[0m\na\u{FFFD}[2Jb\n")
    }

    private func text(_ results: [(name: String, value: JSONValue)]) -> String {
        Presentation(isColoured: false).text(of: results)
    }

    @Test func replyTextIsAllThatIsShown() {
        #expect(text([("commands", .array([])), ("reply", .string("a\nb"))]) == "a\nb\n")
        #expect(text([("reply", .string(""))]) == "")
    }

    @Test func resultsAreShownByName() {
        #expect(
            text([
                ("address", .string("::1")), ("port", .integer(22)), ("open", .bool(true)),
                ("hint", .null), ("rest", .object([])),
                ("list", .array([.string("a"), .string("b\u{1B}")])),
                ("map", .object([("x", .integer(1))])),
            ])
                == """
                address: ::1
                port: 22
                open: yes
                hint: -
                rest: none
                list:
                  a
                  b\u{FFFD}
                map:
                  x: 1

                """)
    }

    @Test func onlyResultIsShownWithoutName() {
        #expect(text([("domain", .string("vm1"))]) == "vm1\n")
        #expect(text([("forwards", .array([]))]) == "none\n")
        #expect(
            text([
                (
                    "forwards",
                    .array([
                        .object([("domain", .string("vm10")), ("port", .integer(1))]),
                        .object([("domain", .string("vm9")), ("device", .string("lo"))]),
                    ])
                )
            ])
                == """
                DOMAIN  PORT  DEVICE
                vm9     -     lo
                vm10    1     -

                """)
    }
}
