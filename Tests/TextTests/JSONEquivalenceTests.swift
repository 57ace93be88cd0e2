import Testing
import Text

struct JSONEquivalenceTests {
    private func value(_ text: String) throws -> JSONValue {
        try #require(try JSONParser.members(of: "{\"x\": \(text)}")?.first?.value)
    }

    @Test(arguments: [
        ("null", "null"), ("true", "true"), ("1", "1"), ("1", "1.0"), ("100", "1e2"),
        ("1.50e1", "15"), ("0", "-0.0e7"), ("0.001", "1E-3"), ("-12", "-1.2e+1"),
        ("12345678901234567890123", "12345678901234567890123.000"), ("\"a\"", "\"\\u0061\""),
        ("[1, [2]]", "[1.0,[2e0]]"), (#"{"a": 1, "b": [2]}"#, #"{"b":[2.0],"a":1}"#),
        ("{}", "{ }"),
    ])
    func same(left: String, right: String) throws {
        #expect(try value(left).isEquivalent(to: value(right)))
        #expect(try value(right).isEquivalent(to: value(left)))
    }

    @Test(arguments: [
        ("null", "false"), ("1", "\"1\""), ("1", "true"), ("1", "-1"), ("1", "10"),
        ("12", "1.2"), ("12345678901234567890123", "12345678901234567890124"), ("0.1", "0.01"),
        ("\"caf\u{e9}\"", "\"cafe\u{301}\""), ("[1,2]", "[2,1]"), ("[1]", "[1,1]"),
        (#"{"a":1}"#, #"{"a":1,"b":1}"#), (#"{"a":1}"#, #"{"b":1}"#), ("[]", "{}"),
        ("1e-400", "1e-401"),
    ])
    func different(left: String, right: String) throws {
        #expect(try !value(left).isEquivalent(to: value(right)))
        #expect(try !value(right).isEquivalent(to: value(left)))
    }
}
