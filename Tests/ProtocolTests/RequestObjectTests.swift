import Protocol
import Testing
import Text

@Suite struct RequestObjectTests {
    @Test func membersKeepTheirSource() throws {
        let line =
            #" {"cmd" : "x", "big":123456789012345678901234567890, "l":[1, {"a":"é]"}],"#
            + #""\u0061":1e5, "t":true , "cmd":"y"} "#
        let object = try RequestObject(line: Array(line.utf8))
        #expect(object.members.map(\.name) == ["big", "l", "a", "t", "cmd"])
        #expect(object["big"]?.source == "123456789012345678901234567890")
        #expect(object["l"]?.source == #"[1, {"a":"é]"}]"#)
        #expect(object["a"]?.source == "1e5")
        #expect(object["none"] == nil)
    }

    @Test func lastOfMembersWithOneNameCounts() throws {
        let object = try RequestObject(line: Array(#"{"a":1,"b":2,"\u0061":3,"a":4}"#.utf8))
        #expect(object.members.map(\.name) == ["b", "a"])
        #expect(object["a"]?.source == "4")
    }

    /// Comparing each name with all names before took minutes for a long line.
    @Test func timeIsLinearInNumberOfMembers() throws {
        let members = (0..<30_000).map { "\"m\($0)\": 1" } + ["\"m7\": 2"]
        let line = "{" + members.joined(separator: ", ") + "}"
        let start = ContinuousClock.now
        let object = try RequestObject(line: Array(line.utf8))
        #expect(ContinuousClock.now - start < .seconds(10))
        #expect(object.members.count == 30_000)
        #expect(object.members.last?.source == "2")
    }

    @Test(arguments: [
        "", " ", "nope", "[]", "5", "\"x\"", "null", "{", "{}}", "{} x", "{'a': 1}", #"{"a": 1,}"#,
        #"{"a": [1,]}"#, #"{"a": 01}"#, #"{"a": 1.}"#, #"{"a": -}"#, #"{"a": +1}"#, #"{"a": NaN}"#,
        #"{"a": "\q"}"#, #"{"a": "\ud800"}"#, "{\"a\": \"\u{1}\"}", #"{"a" 1}"#, #"{"a": tru}"#,
        #"{"a": 1} // c"#, "{\"a\": 1}\0", #"{"a": 1e400}"#, "\u{FEFF}{}",
        String(repeating: "[", count: 100_000), String(repeating: #"{"a":"#, count: 100_000),
    ])
    func malformedLinesAreRejected(line: String) {
        #expect(throws: MalformedRequest.self) { try RequestObject(line: Array(line.utf8)) }
    }

    private func message(_ line: [UInt8]) -> String {
        do throws(MalformedRequest) { _ = try RequestObject(line: line) } catch {
            return error.message
        }
        return ""
    }

    @Test func errorsNameCause() {
        let invalid = Array(#"{"a": ""#.utf8) + [0xFF] + Array(#""}"#.utf8)
        #expect(message(invalid) == "the line is not UTF-8")
        #expect(
            message([0xEF, 0xBB, 0xBF] + Array("{}".utf8))
                == "the line is not valid JSON: it begins with a byte order mark")
        #expect(message(Array("[1]".utf8)) == "the line is valid JSON but not an object")
        #expect(
            message(Array("{x}".utf8))
                == "the line is not valid JSON: expected a member name at byte 1")
    }
}
