import Testing
import Text

@Suite struct JSONWriterTests {
    private func written(_ value: JSONValue) -> String {
        var bytes: [UInt8] = []
        value.write(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func valuesAreOnOneLine() {
        let value = JSONValue.object([
            ("a", .array([.integer(1), .bool(true), .null])), ("b", .object([])),
            ("c", .array([])), ("a", .string("again")), ("t", .seconds(1.0006)),
        ])
        #expect(
            written(value)
                == #"{"a": [1, true, null], "b": {}, "c": [], "a": "again", "t": 1.001}"#)
    }

    @Test(arguments: [
        ("", #""""#), ("a\"\\/", #""a\"\\/""#), ("\n\r\t", #""\n\r\t""#),
        ("\u{0}\u{8}\u{C}\u{1F}", #""\u0000\u0008\u000c\u001f""#), ("\u{7F}", "\"\u{7F}\""),
        ("é€", #""\u00e9\u20ac""#), ("\u{1F600}", #""\ud83d\ude00""#),
        ("\u{2028}", #""\u2028""#),
        // Bytes that are not UTF-8, as `String(libvirt:)` represents them.
        ("a\u{10FFFF}", #""a\ufffd""#),
    ])
    func stringsAreASCII(text: String, expected: String) {
        #expect(written(.string(text)) == expected)
        #expect(written(.object([(text, .null)])) == "{" + written(.string(text)) + ": null}")
    }

    @Test func numbersAreUnchanged() {
        #expect(written(.number("1e5")) == "1e5")
        #expect(
            written(.number("123456789012345678901234567890")) == "123456789012345678901234567890")
        #expect(written(.integer(.min)) == "-9223372036854775808")
    }

    @Test(arguments: [
        (#"[1,  {"a":"\u00e9"}]"#, #"[1,  {"a":"\u00e9"}]"#),
        (#"["é😀", "\n"]"#, #"["\u00e9\ud83d\ude00", "\n"]"#),
    ])
    func encodedTextStaysAndBecomesASCII(source: String, expected: String) {
        #expect(written(.encoded(source)) == expected)
    }

    @Test func writtenTextsAreParsedAgain() throws {
        let text = "\u{0}\u{1F}\"\\/é\u{2028}\u{FFFF}\u{1F600}"
        #expect(try JSONParser.value(of: written(.string(text))) == .string(text))
    }

    /// libvirt 9.0.0: `virJSONValueToString`.
    @Test func libvirtTextIsCompactOrIndented() throws {
        let value = try JSONParser.value(of: #"{"a":[1,{"b":true}],"c":{},"d":[],"e":null}"#)
        #expect(
            value.libvirtText(pretty: false) == #"{"a":[1,{"b":true}],"c":{},"d":[],"e":null}"#)
        #expect(
            value.libvirtText(pretty: true) == """
                {
                  "a": [
                    1,
                    {
                      "b": true
                    }
                  ],
                  "c": {

                  },
                  "d": [

                  ],
                  "e": null
                }

                """)
    }

    @Test func libvirtTextKeepsCharactersOutsideASCII() {
        let value = JSONValue.string("é\"\\/\n\u{8}\u{C}\u{1}\u{1F}\u{7F}")
        #expect(
            value.libvirtText(pretty: false) == "\"é\\\"\\\\/\\n\\b\\f\\u0001\\u001F\u{7F}\"")
    }

    @Test func writingStopsAtTheLimit() {
        let long = String(repeating: "\n", count: 1000)
        for value in [
            JSONValue.string(long), .encoded("\"" + String(repeating: "é", count: 1000) + "\""),
            .array(Array(repeating: .string("a"), count: 1000)),
            .object(Array(repeating: (name: "a", value: .string(long)), count: 1000)),
        ] {
            var bytes: [UInt8] = []
            value.write(to: &bytes, limit: 100)
            #expect((101...120).contains(bytes.count))
        }
        var bytes: [UInt8] = []
        JSONValue.string("ab").write(to: &bytes, limit: 4)
        #expect(bytes == Array("\"ab\"".utf8))
    }
}
