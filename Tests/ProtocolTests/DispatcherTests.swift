import Logging
import Policy
import Protocol
import System
import TestSupport
import Testing
import Text
import Wire

@Suite struct DispatcherTests {
    private struct Failure: Error {}

    /// Takes two arguments and returns what `result` is.
    private let greet = TestCommand("greet", aliases: ["hello", "hi"]) { parameters in
        let name = parameters.string("name", "")
        let loud = parameters.flag("loud", "")
        return { context, request in
            let (name, loud) = (try request[name], try request[loud])
            context.notes.append("\(request.name) \(name) \(loud)")
            return ["text": .string(loud ? name.uppercased() : name)]
        }
    }

    /// As commands of the original helper; `extra` is our own argument.
    private let original = TestCommand("original", isOriginal: true) { parameters in
        _ = parameters.optionalString("name", "")
        let extra = parameters.flag("extra", "", isExtension: true)
        return { _, request in
            _ = try request[extra]
            throw RequestError(.busy, "it is busy", object: "vm1", hint: "wait")
        }
    }

    /// Reads as much of its body as `reads` says.
    private let store = TestCommand("store") { parameters in
        let name = parameters.string("name", "")
        let length = parameters.bodyLength("length", "")
        return { context, request in
            let (name, length) = (try request[name], try request[length])
            if name == "bad" { throw RequestError(.badRequest, "bad name") }
            var bytes: [UInt8] = []
            try context.wire.readBody {
                bytes += $0
                if name == "fails" { throw RequestError(.noSpace, "disk full") }
            }
            context.notes.append("\(length.count ?? 0) \(String(decoding: bytes, as: UTF8.self))")
            return [:]
        }
    }

    // MARK: Cancellation

    /// A `cancel` that succeeds a moment before the reply is written would not be answered as it
    /// promises.
    @Test(
        arguments: [
            #"{"cmd":"greet","name":"a"}"#, #"{"cmd":"greet"}"#, #"{"cmd":"greet","name":1}"#,
            #"{"cmd":"original"}"#,
        ])
    func aRequestWithAReplyCannotBeCancelled(line: String) throws {
        try inTemporaryDirectory { directory in
            let client = try TestClient(sends: "", in: directory)
            let dispatcher = Dispatcher(
                [greet, original], client.wire, .silent, .unconfined, .none)
            let object = try RequestObject(line: Array(line.utf8))
            for isCancelled in [false, true] {
                let request = try Cancellation()
                if isCancelled { #expect(request.cancel()) }
                var reply: Result<Reply, any Error>?
                request.run {
                    reply = Result { try dispatcher.reply(to: object, Context(client.wire)) }
                }
                #expect(!request.cancel())
                let kind = try reply?.get().error?.kind
                #expect((kind == .cancelled) == isCancelled)
            }
        }
    }

    // MARK: Replies

    @Test func replyHasSuccessCommandArgumentsAndResults() throws {
        #expect(
            try answers(to: #"{"cmd":"greet","name":"a"}"#, [greet])
                == [#"{"success": true, "cmd": "greet", "name": "a", "text": "a"}"#])
    }

    /// In the order of `help`, not of the request.
    @Test func argumentsAreEchoedInDeclaredOrder() throws {
        #expect(
            try answers(to: #"{"loud":true,"name":"a","cmd":"greet"}"#, [greet])
                == [#"{"success": true, "cmd": "greet", "name": "a", "loud": true, "text": "A"}"#])
    }

    @Test func argumentsAreEchoedAsSent() throws {
        let any = TestCommand("any") { parameters in
            for name in ["a", "b", "c"] { _ = parameters.optionalString(name, "") }
            return { _, _ in [:] }
        }
        let source = #""a": 123456789012345678901234567890, "b": [1,  {"x":1e5}], "c": null"#
        #expect(
            try answers(to: #"{"cmd":"any", \#(source)}"#, [any])
                == [#"{"success": true, "cmd": "any", \#(source)}"#])
    }

    @Test func echoIsASCII() throws {
        let lines = try answers(to: #"{"cmd":"greet","name":"é😀"}"#, [greet])
        #expect(lines.first?.contains(#""name": "\u00e9\ud83d\ude00""#) == true)
    }

    @Test(arguments: ["7", "null", #""a""#, #"[1, {"b":2}]"#, "1.50"])
    func idIsEchoedBetweenArgumentsAndResults(id: String) throws {
        #expect(
            try answers(to: #"{"id":\#(id),"cmd":"greet","name":"a"}"#, [greet])
                == [#"{"success": true, "cmd": "greet", "name": "a", "id": \#(id), "text": "a"}"#])
    }

    @Test func lastOfRepeatedArgumentsIsUsedAndEchoed() throws {
        #expect(
            try answers(to: #"{"cmd":"x","name":"a","name":"b","cmd":"greet"}"#, [greet])
                == [#"{"success": true, "cmd": "greet", "name": "b", "text": "b"}"#])
    }

    @Test func resultReplacesArgumentOfSameName() throws {
        let port = TestCommand("wait-port") { parameters in
            _ = parameters.port("port", "")
            _ = parameters.optionalSeconds("timeout", "")
            return { _, _ in ["address": .string("::1"), "port": .integer(2201)] }
        }
        #expect(
            try answers(to: #"{"cmd":"wait-port","port":22,"timeout":1,"id":1}"#, [port])
                == [
                    #"{"success": true, "cmd": "wait-port", "timeout": 1, "id": 1, "#
                        + #""address": "::1", "port": 2201}"#
                ])
    }

    @Test func olderNamesStayValid() throws {
        let input = #"{"cmd":"hi","name":"a"}"# + "\n" + #"{"cmd":"hello","name":"a"}"#
        let lines = try answers(to: input, [greet]) { context in
            #expect(context.notes == ["hi a false", "hello a false"])
        }
        #expect(lines.map { $0.contains(#""cmd": "hi""#) } == [true, false])
        #expect(lines.map { $0.contains(#""cmd": "hello""#) } == [false, true])
    }

    @Test func repliesHaveOrderOfRequests() throws {
        let input = ["a", "b", "c"].map { #"{"cmd":"greet","name":"\#($0)"}"# }
        let lines = try answers(to: input.joined(separator: "\n"), [greet])
        #expect(lines.count == 3)
        for (line, name) in zip(lines, ["a", "b", "c"]) {
            #expect(line.contains(#""text": "\#(name)""#))
        }
    }

    // MARK: Requests that are not tied to a command

    @Test(arguments: [
        ("x", "the line is not valid JSON: expected a value at byte 0"),
        ("", "the line is not valid JSON: unexpected end of the text at byte 0"),
        ("[]", "the line is valid JSON but not an object"),
    ])
    func malformedLineGetsReply(line: String, message: String) throws {
        let lines = try answers(to: "\(line)\n" + #"{"cmd":"greet","name":"a"}"#, [greet])
        #expect(
            lines.first
                == #"{"success": false, "reply": "\#(message); a request is one like "#
                + #"{\"cmd\": \"ping\"}; for people there is 'ssh HOST help'", "#
                + #""error": {"kind": "bad-request"}}"#)
        #expect(lines.last?.hasPrefix(#"{"success": true"#) == true)
        #expect(lines.count == 2)
    }

    @Test func tooLongLineGetsOneReply() throws {
        let long = #"{"cmd":"\#(String(repeating: "x", count: Wire.lineLimit))"}"#
        let lines = try answers(to: "\(long)\n" + #"{"cmd":"greet","name":"a"}"#, [greet])
        #expect(
            lines.first
                == #"{"success": false, "reply": "the line has more than 4194304 bytes", "#
                + #""error": {"kind": "bad-request"}}"#)
        #expect(lines.count == 2)
    }

    @Test(arguments: [
        (
            #"{}"#,
            #"missing 'cmd' in the JSON request; a request is one like {\"cmd\": \"ping\"}"#,
            "bad-request"
        ),
        (#"{"cmd":"x"}"#, "invalid cmd: 'x'; the commands are greet, store", "unknown-command"),
        (#"{"cmd":5}"#, "invalid cmd: '5'; the commands are greet, store", "unknown-command"),
        (#"{"cmd":null}"#, "invalid cmd: 'null'; the commands are greet, store", "unknown-command"),
        (
            #"{"cmd":"Greet"}"#, "invalid cmd: 'Greet'; the commands are greet, store",
            "unknown-command"
        ),
        (#"{"cmd":"greet"}"#, "missing argument for cmd 'greet': name", "bad-request"),
        (#"{"cmd":"hi"}"#, "missing argument for cmd 'hi': name", "bad-request"),
        (
            #"{"cmd":"greet","name":"a","x":1,"y":2}"#,
            "leftover arguments for cmd 'greet': 'x', 'y'; it takes name, loud", "bad-request"
        ),
    ])
    func malformedRequestHasNoCommandInReply(line: String, message: String, kind: String) throws {
        let error = #""error": {"kind": "\#(kind)"}}"#
        #expect(
            try answers(to: line, [greet, store])
                == [#"{"success": false, "reply": "\#(message)", \#(error)"#])
        // With an `id`, only that is echoed.
        let request = line == "{}" ? #"{"id":7}"# : #"{"id":7,"# + line.dropFirst()
        #expect(
            try answers(to: request, [greet, store])
                == [#"{"success": false, "id": 7, "reply": "\#(message)", \#(error)"#])
    }

    // MARK: Errors

    @Test func wrongTypeIsErrorOfCommand() throws {
        #expect(
            try answers(to: #"{"cmd":"greet","name":5}"#, [greet])
                == [
                    #"{"success": false, "cmd": "greet", "name": 5, "#
                        + #""reply": "argument 'name' must be a string, not 5", "#
                        + #""error": {"kind": "bad-request"}}"#
                ])
    }

    /// Clients of the original helper compare whole replies.
    @Test(arguments: [
        (#"{"cmd":"original"}"#, false), (#"{"cmd":"original","name":"a"}"#, false),
        (#"{"cmd":"original","id":1}"#, true), (#"{"cmd":"original","id":null}"#, true),
        (#"{"cmd":"original","extra":false}"#, true), (#"{"cmd":"original","x":1}"#, true),
    ])
    func errorMemberNeedsClientThatKnowsIt(line: String, isIncluded: Bool) throws {
        let reply = try #require(try answers(to: line, [original]).first)
        let members = try #require(try JSONParser.members(of: reply))
        #expect(members.contains { $0.name == "error" } == isIncluded)
        #expect(members.contains { $0.name == "reply" })
    }

    @Test func errorMemberHasKindObjectAndHint() throws {
        #expect(
            try answers(to: #"{"cmd":"original","id":1}"#, [original])
                == [
                    #"{"success": false, "cmd": "original", "id": 1, "reply": "it is busy", "#
                        + #""error": {"kind": "busy", "object": "vm1", "hint": "wait"}}"#
                ])
    }

    @Test func unknownErrorIsKindSystem() throws {
        let fails = TestCommand("fails") { _ in { _, _ in throw Failure() } }
        let line = try #require(try answers(to: #"{"cmd":"fails"}"#, [fails]).first)
        #expect(line.contains(#""error": {"kind": "system"}"#))
    }

    // MARK: Bodies before the next request

    @Test func commandReadsItsBody() throws {
        let input =
            #"{"cmd":"store","name":"a","length":6}"# + "\n{}\n{}\n"
            + #"{"cmd":"store","name":"b","length":0}"# + "\n"
        let lines = try answers(to: input, [store]) { context in
            #expect(context.notes == ["6 {}\n{}\n", "0 "])
        }
        #expect(lines.count == 2)
    }

    /// Otherwise the bytes would be the next request.
    @Test(arguments: [
        #""name":"bad""#, #""name":"fails""#, #""name":5"#, #""nam":"a""#, #""name":"a","x":1"#,
        #""id":1"#,
    ])
    func refusedRequestConsumesItsBody(arguments: String) throws {
        let body = #"{"cmd":"evil"}"# + "\n"
        let input =
            #"{"cmd":"store",\#(arguments),"length":\#(body.utf8.count)}"# + "\n\(body)"
            + #"{"cmd":"store","name":"b","length":1}"# + "\n!"
        let lines = try answers(to: input, [store]) { context in
            #expect(context.notes == ["1 !"])
        }
        #expect(lines.map { $0.hasPrefix(#"{"success": true"#) } == [false, true])
    }

    /// No number of bytes follows, so that the next line is a request.
    @Test(arguments: ["\"5\"", "-1", "1.0", "1e2", "null", "18446744073709551616"])
    func invalidLengthHasNoBody(length: String) throws {
        let input =
            #"{"cmd":"store","name":"a","length":\#(length)}"# + "\n"
            + #"{"cmd":"store","name":"b","length":1}"# + "\n!"
        let lines = try answers(to: input, [store]) { context in
            #expect(context.notes == ["1 !"])
        }
        #expect(lines.map { $0.hasPrefix(#"{"success": true"#) } == [false, true])
        #expect(
            lines.first?.contains("argument 'length' must be a number of bytes, not ") == true)
    }

    @Test(arguments: [#""name":"a""#, #""name":"bad""#, #""x":1"#])
    func endOfInputInBodyEndsSession(arguments: String) throws {
        #expect(throws: Wire.Truncated.self) {
            try answers(to: #"{"cmd":"store",\#(arguments),"length":5}"# + "\n1234", [store])
        }
    }

    // MARK: Bodies after the reply

    @Test func replyIsFollowedByItsBody() throws {
        let fetch = TestCommand("fetch") { _ in
            { _, _ in
                var results: Reply.Results = ["length": .integer(3)]
                results.body = { try $0.writeBody([0x61, 0x62, 0x0A]) }
                return results
            }
        }
        let input = #"{"cmd":"fetch"}"# + "\n" + #"{"cmd":"greet","name":"a"}"#
        let lines = try answers(to: input, [fetch, greet])
        #expect(lines.count == 3)
        #expect(lines.first == #"{"success": true, "cmd": "fetch", "length": 3}"#)
        #expect(lines[1] == "ab")
    }

    @Test func brokenBodyEndsSession() throws {
        let fetch = TestCommand("fetch") { _ in
            { _, _ in
                var results: Reply.Results = [:]
                results.body = { _ in throw RequestError(.system, "disk vanished") }
                return results
            }
        }
        do {
            _ = try answers(to: #"{"cmd":"fetch"}"# + "\n{}", [fetch])
            Issue.record("the session continued")
        } catch let error as BrokenBody {
            #expect(error.message == "the bytes after the reply end too early: disk vanished")
        }
    }

    @Test func lostOutputEndsSession() throws {
        try inTemporaryDirectory { directory in
            try write(#"{"cmd":"greet","name":"a"}"#, to: "\(directory)/input")
            let wire = Wire(
                StandardStreams(
                    input: try .reading("\(directory)/input"),
                    output: try .replacing("/dev/full"), errors: try .replacing("/dev/full")))
            #expect(throws: SystemError.self) {
                try Dispatcher([greet], wire, .silent, .unconfined, .none).answerAll(Context(wire))
            }
        }
    }

    // MARK: Log

    @Test func requestsAndFailuresAreLogged() throws {
        let log = LogRecorder()
        try inTemporaryDirectory { directory in
            let input =
                #"{"cmd":"greet","name":"a"}"# + "\n" + #"{"cmd":"original"}"# + "\n{}"
            let client = try TestClient(sends: input, in: directory)
            var logger = Logger(label: "test") { _ in log }
            logger.logLevel = .debug
            try Dispatcher([greet, original], client.wire, logger, .unconfined, .none)
                .answerAll(Context(client.wire))
        }
        #expect(
            log.lines == [
                #"info running 'greet': {"name": "a"}"#, "debug succeeded",
                "info running 'original': {}", "info failed: it is busy",
                "warning failed: missing 'cmd' in the JSON request; a request is one like "
                    + #"{"cmd": "ping"}"#,
            ])
    }
}
