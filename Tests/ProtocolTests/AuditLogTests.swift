import Lifetime
import Logging
import Policy
import Synchronization
import System
import TestSupport
import Testing
import Text
import Wire

@testable import Protocol

@Suite struct AuditLogTests {
    /// Keeps the lines that were sent, and can refuse them.
    private final class Recorder: Sendable {
        private let recorded = Mutex<[String]>([])
        /// The longest line that is accepted.
        let limit: Atomic<Int>

        init(limit: Int = 1000) { self.limit = Atomic(limit) }

        var lines: [String] { recorded.withLock { $0 } }
        /// Without the session's own fields, number of the process and times.
        var ends: [String] {
            lines.map { line in
                let words = line.split(separator: " ").drop { !$0.hasPrefix("session=") }
                return words.dropFirst().filter { !$0.hasPrefix("seconds=") }
                    .joined(separator: " ")
            }
        }

        func send(_ line: String, _ level: SystemLog.Level) throws(SystemError) {
            guard line.utf8.count <= limit.load(ordering: .relaxed) else {
                throw SystemError.noSuchFile
            }
            recorded.withLock { $0.append((level == .warning ? "! " : "") + line) }
        }
    }

    private let client = Client(sshConnection: "192.0.2.7 50022 192.0.2.1 22", sudoUser: "tester")

    private func policy(_ commands: Set<String>) -> Policy {
        var role = Role(name: "ci")
        role.commands = commands
        return Policy(role: role, identity: "ci-7")
    }

    private func audit(_ recorder: Recorder, _ policy: Policy) -> AuditLog {
        AuditLog(policy, client) { (line, level) throws(SystemError) in
            try recorder.send(line, level)
        }
    }

    private let change = TestCommand("change", aliases: ["alter"], effect: .changes) { parameters in
        let domain = parameters.optionalString("domain", "")
        let length = parameters.bodyLength("length", "")
        return { context, request in
            context.notes.append(try request[domain] ?? "")
            _ = try request[length]
            try context.wire.readBody { _ in }
            return [:]
        }
    }

    private let look = TestCommand("look") { parameters in
        let domain = parameters.string("domain", "")
        return { _, request in
            switch try request[domain] {
            case "gone": throw RequestError(.notFound, "gone")
            case "foreign": throw Denial("domain 'foreign'")
            default: return [:]
            }
        }
    }

    /// The replies to lines of a client with a role, and the notes of the commands.
    private func replies(
        to input: String, _ granted: Set<String>, _ recorder: Recorder
    ) throws -> (lines: [String], notes: [String]) {
        try inTemporaryDirectory { directory in
            let client = try TestClient(sends: input, in: directory)
            let context = Context(client.wire)
            let policy = policy(granted)
            try Dispatcher(
                [change, look], client.wire, .silent, policy, audit(recorder, policy)
            ).answerAll(context)
            return (try client.output().split(separator: "\n").map(String.init), context.notes)
        }
    }

    // MARK: Gate 1

    /// The body of a refused request is not read as a request, and its arguments are not examined.
    @Test(arguments: ["change", "alter"])
    func commandThatIsNotGrantedIsRefused(name: String) throws {
        let recorder = Recorder()
        let input =
            #"{"cmd":"\#(name)","length":14,"wrong":1,"id":1}"# + "\n"
            + #"{"cmd":"look"}"# + #"{"cmd":"look","domain":"a"}"#
        let (lines, notes) = try replies(to: input, ["look"], recorder)
        #expect(
            lines == [
                #"{"success": false, "cmd": "\#(name)", "length": 14, "id": 1, "#
                    + #""reply": "denied: command 'change' is not granted", "#
                    + #""error": {"kind": "denied"}}"#,
                #"{"success": true, "cmd": "look", "domain": "a"}"#,
            ])
        #expect(notes.isEmpty)
    }

    @Test func aliasIsGrantedWithItsCommand() throws {
        let (lines, notes) = try replies(
            to: #"{"cmd":"alter","domain":"a","length":0}"#, ["change"], Recorder())
        #expect(lines.first?.contains(#""success": true"#) == true)
        #expect(notes == ["a"])
    }

    @Test func readOnlyRoleChangesNothing() {
        var role = Role(name: "r")
        role.commands = ["reserve", "ping"]
        role.isReadOnly = true
        let policy = Policy(role: role, identity: "r")
        #expect(policy.denial(ofCommand: "reserve", changes: true) != nil)
        #expect(policy.denial(ofCommand: "ping", changes: false) == nil)
    }

    @Test func unknownCommandShowsThoseThatAreGranted() throws {
        let (lines, _) = try replies(to: #"{"cmd":"x"}"#, ["look"], Recorder())
        #expect(lines.first?.contains("invalid cmd: 'x'; the commands are look\"") == true)
    }

    // MARK: Lines

    @Test func eachRequestHasALine() throws {
        let recorder = Recorder()
        let input = [
            #"{"cmd":"look","domain":"vm1"}"#, #"{"cmd":"look","domain":"gone"}"#,
            #"{"cmd":"look","domain":"foreign"}"#, #"{"cmd":"change","domain":"vm1","length":0}"#,
            #"{"cmd":"x","id":7}"#, "{", #"{"cmd":"look"}"#,
        ]
        _ = try replies(to: input.joined(separator: "\n"), ["look", "change"], recorder)
        #expect(
            recorder.ends == [
                "event=start",
                #"seq=1 cmd="look" what="" objects="domain:vm1" verdict=allowed result=ok "#
                    + #"args="{\"domain\": \"vm1\"}""#,
                #"seq=2 cmd="look" what="" objects="domain:gone" verdict=not-found "#
                    + #"result=failed kind=not-found args="{\"domain\": \"gone\"}""#,
                #"seq=3 cmd="look" what="" objects="domain:foreign" verdict=denied "#
                    + #"result=failed kind=denied args="{\"domain\": \"foreign\"}""#,
                #"seq=4 cmd="change" what="" objects="domain:vm1" verdict=begun "#
                    + #"args="{\"domain\": \"vm1\", \"length\": 0}""#,
                #"seq=4 cmd="change" what="" objects="domain:vm1" verdict=allowed result=ok "#
                    + #"args="{\"domain\": \"vm1\", \"length\": 0}""#,
                #"seq=5 cmd="x" what="" objects="" verdict=not-found result=failed "#
                    + #"kind=unknown-command args="{}""#,
                #"seq=6 cmd="" what="" objects="" verdict=allowed result=failed "#
                    + #"kind=bad-request args="{""#,
                #"seq=7 cmd="look" what="" objects="" verdict=allowed result=failed "#
                    + #"kind=bad-request args="{}""#,
            ])
        let fields =
            #"audit: v=1 identity="ci-7" role="ci" peer="192.0.2.7 50022" user="tester" "#
            + "session=\(ProcessInformation.id) "
        #expect(
            recorder.lines.allSatisfy {
                $0.hasPrefix(fields) || $0.hasPrefix("! " + fields)
            })
        #expect(recorder.lines.filter { $0.hasPrefix("! ") }.count == 1)
    }

    @Test(arguments: ["\\u0000\\n\\\" verdict=allowed", "\\u2028é\\ud83d\\ude00", "\u{7F}"])
    func textsCannotForgeFields(name: String) throws {
        let recorder = Recorder()
        _ = try replies(to: #"{"cmd":"look","domain":"\#(name)"}"#, ["look"], recorder)
        let line = try #require(recorder.lines.last)
        #expect(line.utf8.allSatisfy { (0x20...0x7E).contains($0) })
        // Outside of JSON strings, there is exactly one verdict.
        var (isInString, isEscaped, outside) = (false, false, "")
        for character in line {
            if isEscaped {
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == "\"" {
                isInString.toggle()
            } else if !isInString {
                outside.append(character)
            }
        }
        #expect(!isInString)
        #expect(outside.split(separator: " ").filter { $0.hasPrefix("verdict=") }.count == 1)
    }

    @Test(arguments: [900, 4000, 1_000_000])
    func argumentsAreCutToFit(length: Int) throws {
        let recorder = Recorder()
        let name = String(repeating: "é", count: length)
        _ = try replies(to: #"{"cmd":"look","domain":"\#(name)"}"#, ["look"], recorder)
        let line = try #require(recorder.lines.last)
        #expect(line.utf8.count <= 1000 - SystemLog.headerLength)
        #expect(line.hasSuffix("...\""))
        #expect(line.contains(" verdict=allowed "))
    }

    // MARK: A log that does not accept lines

    @Test func lineIsSentAgainWithoutArguments() throws {
        let recorder = Recorder(limit: 400)
        let name = String(repeating: "a", count: 500)
        let (lines, _) = try replies(to: #"{"cmd":"look","domain":"\#(name)"}"#, ["look"], recorder)
        // `objects` is cut to its own limit.
        #expect(lines.first?.contains(#""success": true"#) == true)
        #expect(recorder.lines.last?.contains("args=") == false)
    }

    @Test func requestIsRefusedIfItsLineIsLost() throws {
        let recorder = Recorder(limit: 0)
        let (lines, notes) = try replies(
            to: #"{"cmd":"change","domain":"a","length":3,"id":1}"# + "\nxyz"
                + #"{"cmd":"look","domain":"a","id":2}"#, ["look", "change"], recorder)
        #expect(lines.count == 2)
        #expect(
            lines.allSatisfy {
                $0.contains("denied: the request cannot be recorded in the system log")
                    && $0.contains(#""kind": "denied""#)
            })
        #expect(notes.isEmpty)
    }

    @Test func changeIsReportedIfOnlyItsLastLineIsLost() throws {
        let recorder = Recorder()
        let audit = audit(recorder, policy(["change"]))
        try audit.begin("change", arguments: "")
        try audit.willChange()
        recorder.limit.store(0, ordering: .relaxed)
        try audit.finish(nil)
    }

    @Test func endRecordsTheRunningRequest() throws {
        let recorder = Recorder()
        let audit = audit(recorder, policy(["change"]))
        audit.start()
        try audit.begin("change", arguments: "{}")
        audit.setWhat("destroy")
        audit.add(.domain, "vm1")
        audit.add(.domain, "vm1")
        audit.end(.disconnected)
        audit.end(.inputEnded)
        #expect(
            recorder.ends == [
                "event=start",
                #"seq=1 cmd="change" what="destroy" objects="domain:vm1" verdict=allowed "#
                    + #"result=failed kind=disconnected args="{}""#,
                "event=end reason=disconnected requests=1",
            ])
    }

    @Test func withoutARoleNothingIsWritten() throws {
        let recorder = Recorder(limit: 0)
        let audit = audit(recorder, .unconfined)
        audit.start()
        try audit.begin("change", arguments: "")
        try audit.willChange()
        try audit.finish(nil)
        audit.end(.inputEnded)
        #expect(recorder.lines.isEmpty)
    }

    @Test func manyDenialsAreDelayed() throws {
        let recorder = Recorder()
        let audit = audit(recorder, policy([]))
        let denial = RequestError(Denial("no"))
        let start = ContinuousClock.now
        func deny(_ count: Int) throws {
            for _ in 0..<count {
                try audit.begin("x", arguments: "")
                try audit.finish(denial)
            }
        }
        try deny(10)
        #expect(ContinuousClock.now - start < .milliseconds(900))
        try deny(1)
        #expect(ContinuousClock.now - start >= .seconds(1))
    }
}
