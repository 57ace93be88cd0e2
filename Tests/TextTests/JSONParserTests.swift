import Testing

@testable import Text

/// The parser accepts what RFC 8259 defines, and nothing else.
@Suite struct JSONParserTests {
    @Test(
        arguments: [
            ("null", .null), (" true ", .bool(true)), ("\t\r\nfalse\n", .bool(false)),
            (#""""#, .string("")), ("[]", .array([])), ("[ ]", .array([])), ("{}", .object([])),
            ("{ }", .object([])),
            ("[1,[2],{}]", .array([.number("1"), .array([.number("2")]), .object([])])),
            (#"{"a":1,"b":null}"#, .object([("a", .number("1")), ("b", .null)])),
            (#"{ "a" : [ 1 , 2 ] }"#, .object([("a", .array([.number("1"), .number("2")]))])),
            (#"{"":0}"#, .object([("", .number("0"))])),
            ("\"\u{7F}\u{2028}\"", .string("\u{7F}\u{2028}")),
        ] as [(String, JSONValue)])
    func valuesAreParsed(text: String, expected: JSONValue) throws {
        #expect(try JSONParser.value(of: text) == expected)
    }

    @Test func membersKeepOrderAndRepetitions() throws {
        let value = try JSONParser.value(of: #"{"b":1,"a":2,"b":3}"#)
        #expect(
            value == .object([("b", .number("1")), ("a", .number("2")), ("b", .number("3"))]))
        // The first counts here; `RequestObject` keeps the last.
        #expect(value["b"] == .number("1"))
    }

    @Test(arguments: [
        "0", "-0", "1", "-1", "10", "0.5", "-0.5e10", "1E5", "1e+5", "1e-5", "1.0",
        "123456789012345678901234567890", "0.1234567890123456789012345", "1e308", "1e-400",
    ])
    func numbersKeepTheirText(text: String) throws {
        #expect(try JSONParser.value(of: text) == .number(text))
    }

    @Test(arguments: [
        "01", "00", "-01", "-", "+1", ".5", "1.", "1.e5", "1e", "1e+", "0x10", "1_000", "1,0",
        "NaN", "Infinity", "-Infinity", "1e400", "-1e400", "1 2", "--1", "１",
    ])
    func malformedNumbersAreRejected(text: String) {
        #expect(throws: JSONError.self) { try JSONParser.value(of: text) }
    }

    /// libvirt keeps the text of a number and does not compute its value.
    @Test func libvirtAcceptsAnyNumber() throws {
        #expect(try JSONParser.value(of: "[1e400]", .libvirt) == .array([.number("1e400")]))
        #expect(throws: JSONError.self) { try JSONParser.value(of: "01", .libvirt) }
    }

    @Test(arguments: [
        (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u00e9é""#, "éé"),
        (#""\u00E9""#, "é"), (#""\ud83d\ude00""#, "\u{1F600}"), (#""\uD83D\uDE00""#, "\u{1F600}"),
        (#""\u0000""#, "\0"), (#""a\u0062c""#, "abc"), (#""\uffff""#, "\u{FFFF}"),
        (#""\udbff\udfff""#, "\u{10FFFF}"),
    ])
    func escapesAreDecoded(text: String, expected: String) throws {
        #expect(try JSONParser.value(of: text) == .string(expected))
    }

    @Test(arguments: [
        #"""#, #""a"#, #""\"#, #""\""#, #""\q""#, #""\u""#, #""\u12""#, #""\u12g4""#, #""\u+123""#,
        #""\U0041""#, "\"\t\"", "\"\n\"", "\"\0\"", "'a'", #""\x41""#,
    ])
    func malformedStringsAreRejected(text: String) {
        #expect(throws: JSONError.self) { try JSONParser.value(of: text) }
    }

    @Test(arguments: [
        (#""\ud800""#, "?"), (#""\udc00""#, "?"), (#""\ud800x""#, "?x"),
        (#""\ude00\ud83d""#, "??"), (#""\ud800\ud83d\ude00""#, nil),
    ])
    func loneSurrogatesAreRejectedOrReplaced(text: String, replaced: String?) throws {
        #expect(throws: JSONError(message: message(of: text))) {
            try JSONParser.value(of: text)
        }
        guard let replaced else { return }
        let value = try JSONParser.value(of: text, .libvirt)
        #expect(value == .string(replaced))
    }

    private func message(of text: String) -> String {
        do throws(JSONError) { _ = try JSONParser.value(of: text) } catch {
            #expect(error.message.hasPrefix("half of a surrogate pair at byte "))
            return error.message
        }
        return ""
    }

    @Test(arguments: [
        "", " ", "{", "}", "[", "]", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "[1}", "{]", "{} x",
        "{}{}", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, #"{,"a":1}"#, #"{"a":1 "b":2}"#, "{a:1}",
        "{1:2}", "{'a':1}", #"{"a";1}"#, "nul", "nullx", "True", "TRUE", "tru e", "[1] // c",
        "/* c */ 1", "\u{FEFF}1", "1\u{A0}", "1\u{B}", "1\0", "[1]]",
    ])
    func malformedTextsAreRejected(text: String) {
        #expect(throws: JSONError.self) { try JSONParser.value(of: text) }
    }

    @Test(arguments: [
        ("", "unexpected end of the text at byte 0"),
        ("[1,]", "expected a value after the comma at byte 3"),
        ("{} x", "unexpected text after the value at byte 3"),
        ("\"é\t\"", "control character in a string at byte 3"),
        (#"{"a" 1}"#, "expected ':' after a member name at byte 5"),
    ])
    func errorsNameCauseAndPosition(text: String, message: String) {
        #expect(throws: JSONError(message: message)) { try JSONParser.value(of: text) }
    }

    @Test func depthIsLimited() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try JSONParser.value(of: nested(512))
        #expect(throws: JSONError.self) { try JSONParser.value(of: nested(513)) }
        _ = try JSONParser.value(of: nested(200), .libvirt)
        #expect(throws: JSONError.self) { try JSONParser.value(of: nested(201), .libvirt) }
        // Without their ends, too: no text can overflow the stack.
        for open in ["[", #"{"a":"#] {
            let text = String(repeating: open, count: 1_000_000)
            #expect(throws: JSONError.self) { try JSONParser.value(of: text) }
        }
    }

    @Test func membersKeepTheirSource() throws {
        let text = #" { "a" : [1, {"b":"é]"}] , "c":1e5, "\u0064" : "\u00e9" } "#
        let members = try #require(try JSONParser.members(of: text))
        #expect(members.map(\.name) == ["a", "c", "d"])
        #expect(members.map(\.source) == [#"[1, {"b":"é]"}]"#, "1e5", #""\u00e9""#])
    }

    @Test(arguments: ["[]", "1", "\"a\"", "null", " true"])
    func membersOfOtherValuesAreNil(text: String) throws {
        let isNil = try JSONParser.members(of: text) == nil
        #expect(isNil)
    }

    @Test(arguments: ["", "{", "{} x", "[1", "x"])
    func membersOfMalformedTextThrow(text: String) {
        #expect(throws: JSONError.self) { try JSONParser.members(of: text) }
    }
}
