import Testing

@testable import HelperSession

@Suite struct RequestTests {
    @Test func membersKeepTheirText() throws {
        let line =
            #" {"cmd" : "x", "big":123456789012345678901234567890, "l":[1, {"a":"é]"}],"#
            + #""\u0061":1e5, "t":true , "cmd":"y"} "#
        let object = try RequestObject(line: Array(line.utf8))
        #expect(object.members.map(\.name) == ["big", "l", "a", "t", "cmd"])
        #expect(object["big"]?.text == "123456789012345678901234567890")
        #expect(object["l"]?.text == #"[1, {"a":"é]"}]"#)
        #expect(object["a"]?.text == "1e5")
        let command = try #require(object["cmd"])
        #expect(command.text == #""y""#)
        guard case .string("y") = command.value else {
            Issue.record("of two members with one name the last counts")
            return
        }
    }

    @Test func manyMembersTakeNoLongerThanTheyMust() throws {
        // Comparing each with all before took minutes for a long line.
        let members = (0..<30_000).map { "\"m\($0)\": 1" } + ["\"m7\": 2"]
        let line = "{" + members.joined(separator: ", ") + "}"
        let start = ContinuousClock.now
        let object = try RequestObject(line: Array(line.utf8))
        #expect(ContinuousClock.now - start < .seconds(10))
        #expect(object.members.count == 30_000)
        #expect(object.members.last?.text == "2")
    }

    @Test func echoIsASCII() throws {
        let object = try RequestObject(line: Array(#"{"x": ["é😀", "\u00e9"]}"#.utf8))
        var bytes: [UInt8] = []
        JSONOutput.echo(try #require(object["x"])).write(to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == #"["\u00e9\ud83d\ude00", "\u00e9"]"#)
    }

    @Test func repliesAreASCII() {
        var bytes: [UInt8] = []
        JSONOutput.object([("a\"\n\u{1}", .string("é\u{10FFFF}\\"))]).write(to: &bytes)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text == #"{"a\"\n\u0001": "\u00e9\ufffd\\"}"#)
    }

    @Test(arguments: [
        "", " ", "nope", "[]", "5", "\"x\"", "null", "{", "{}}", "{} x", "{'a': 1}", #"{"a": 1,}"#,
        #"{"a": [1,]}"#, #"{"a": 01}"#, #"{"a": 1.}"#, #"{"a": -}"#, #"{"a": +1}"#, #"{"a": NaN}"#,
        #"{"a": "\q"}"#, #"{"a": "\ud800"}"#, "{\"a\": \"\u{1}\"}", #"{"a" 1}"#, #"{"a": tru}"#,
        #"{"a": 1} // c"#, "{\"a\": 1}\0", #"{"a": 1e400}"#,
    ])
    func refusesWhatIsNoRequest(line: String) {
        #expect(throws: NotARequest.self) { try RequestObject(line: Array(line.utf8)) }
    }

    @Test func refusesWhatIsNoUTF8() {
        let line = Array(#"{"a": ""#.utf8) + [0xFF] + Array(#""}"#.utf8)
        #expect(throws: NotARequest.self) { try RequestObject(line: line) }
    }

    @Test func refusesDepthWithoutEnd() {
        let line = String(repeating: "[", count: 100_000)
        #expect(throws: NotARequest.self) { try RequestObject(line: Array(line.utf8)) }
    }

    @Test(arguments: [
        "", ".", "..", "a/b", "/a", "../a", "a\0", String(repeating: "n", count: 256),
    ])
    func refusesNamesThatAreNoFiles(name: String) {
        #expect(FileName(name) == nil)
    }

    @Test(arguments: [
        "atex-virt-helper", "exec atex-virt-helper",
        "/usr/local/bin/atex-virt-helper qemu:///system",
        "sudo -n -u root -- atex-virt-helper", "exec sudo --user=x A=b atex-virt-helper",
        "'atex-virt-helper' --log info",
    ])
    func knowsItself(command: String) throws {
        #expect(try #require(OriginalCommand(command)).isHelper)
    }

    @Test(arguments: [
        "ls", "exec", "sudo", "sudo -u atex-virt-helper", "scp -t x", "a; b", "connect vm1", "'x",
    ])
    func knowsOthers(command: String) throws {
        #expect(try !#require(OriginalCommand(command)).isHelper)
    }

    @Test func everyCommandIsWhole() throws {
        let names = SessionCommand.all.flatMap { [$0.name] + $0.aliases }
        #expect(Set(names).count == names.count)
        for command in SessionCommand.all {
            let parameters = command.declared().parameters
            #expect(!command.summary.isEmpty)
            #expect(parameters.all.allSatisfy { !$0.meaning.isEmpty && $0.name != "id" })
            #expect(Set(parameters.all.map(\.name)).count == parameters.all.count)
            let known = Set(parameters.all.map(\.name))
            #expect(parameters.alternatives.allSatisfy(known.contains))
        }
    }
}
