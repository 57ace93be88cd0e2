import Protocol
import System
import TestSupport
import Testing
import Text

@testable import HelperSession

/// Requests and their replies, byte for byte as on the wire.
@Suite struct SessionTests {
    /// The lines that a client receives for these lines.
    private func answers(
        to lines: [String], domains: [String] = [], pools: [TestHost.Pool] = []
    ) throws -> [String] {
        let input = lines.joined(separator: "\n")
        return try withSession(domains: domains, pools: pools, input: input) { fixture in
            try fixture.session.run()
            return try fixture.client.output().split(separator: "\n").map(String.init)
        }
    }

    @Test func pingIsAnswered() throws {
        #expect(
            try answers(to: [#"{"cmd": "ping"}"#])
                == [#"{"success": true, "cmd": "ping", "reply": "atex-virt-helper v1 pong"}"#])
    }

    @Test func emptyInputEndsSession() throws { #expect(try answers(to: []) == []) }

    @Test func domainsAreReservedListedAndReleased() throws {
        #expect(
            try answers(
                to: [
                    #"{"cmd": "reserve", "filter": "vm2"}"#, #"{"cmd": "reservations"}"#,
                    #"{"cmd": "release", "domain": "vm2"}"#,
                    #"{"cmd": "release", "domain": "vm2"}"#, #"{"cmd": "reservations"}"#,
                ], domains: ["vm1", "vm2"])
                == [
                    #"{"success": true, "cmd": "reserve", "filter": "vm2", "domain": "vm2"}"#,
                    #"{"success": true, "cmd": "reservations", "#
                        + #""domains": {"vm1": "(free)", "vm2": "(reserved for us)"}}"#,
                    #"{"success": true, "cmd": "release", "domain": "vm2"}"#,
                    #"{"success": false, "cmd": "release", "domain": "vm2", "#
                        + #""reply": "domain not locked"}"#,
                    #"{"success": true, "cmd": "reservations", "#
                        + #""domains": {"vm1": "(free)", "vm2": "(free)"}}"#,
                ])
    }

    /// Today's requests have no `error`, unless the client shows that it knows it.
    @Test func failureOfOldRequestHasNoErrorMember() throws {
        #expect(
            try answers(
                to: [
                    #"{"cmd": "reserve", "filter": "x"}"#,
                    #"{"cmd": "reserve", "filter": "x", "wait": 0}"#,
                ], domains: ["vm1"])
                == [
                    #"{"success": false, "cmd": "reserve", "filter": "x", "#
                        + #""reply": "no domain matches the filter"}"#,
                    #"{"success": false, "cmd": "reserve", "filter": "x", "wait": 0, "#
                        + #""reply": "no domain matches the filter", "#
                        + #""error": {"kind": "not-found"}}"#,
                ])
    }

    @Test func uploadedVolumeIsDownloaded() throws {
        try inTemporaryDirectory { path in
            let pool = TestHost.Pool("pool", path: path, volumes: ["new"])
            let output = try withSession(
                pools: [pool],
                input: #"{"cmd": "upload-volume", "pool": "pool", "name": "new", "length": 5}"#
                    + "\ntext\n"
                    + #"{"cmd": "download-volume", "pool": "pool", "name": "new", "offset": 1}"#
            ) { fixture in
                try fixture.session.run()
                return try fixture.client.output()
            }
            #expect(try text(of: "\(path)/new") == "text\n")
            // The test driver does not look at the file's size.
            #expect(
                output == #"{"success": true, "cmd": "upload-volume", "pool": "pool", "#
                    + #""name": "new", "length": 5, "format": "raw", "capacity": 4096, "#
                    + #""allocation": 4096}"# + "\n"
                    + #"{"success": true, "cmd": "download-volume", "pool": "pool", "#
                    + #""name": "new", "offset": 1, "size": 5, "length": 4}"# + "\next\n")
        }
    }

    @Test func progressPrecedesReply() throws {
        try inTemporaryDirectory { path in
            try write("text", to: "\(path)/from")
            let lines = try answers(
                to: [
                    #"{"cmd": "copy-volume", "pool": "pool", "from": "from", "to": "to", "#
                        + #""progress": true}"#,
                    #"{"cmd": "vol-copy", "pool": "pool", "from": "from", "to": "to"}"#,
                ], pools: [TestHost.Pool("pool", path: path, volumes: ["from"])])
            #expect(
                lines.first
                    == #"{"event": "progress", "cmd": "copy-volume", "done": 4, "total": 4}"#)
            #expect(
                lines.last
                    == #"{"success": true, "cmd": "vol-copy", "pool": "pool", "from": "from", "#
                    + #""to": "to"}"#)
            #expect(lines.filter { $0.contains(#""event""#) }.count < lines.count - 1)
            #expect(try text(of: "\(path)/to") == "text")
        }
    }

    @Test func truncatedBodyEndsSessionWithoutReply() throws {
        try inTemporaryDirectory { path in
            let lines = try answers(
                to: [
                    #"{"cmd": "ping"}"#,
                    #"{"cmd": "upload-volume", "pool": "pool", "name": "new", "length": 50}"#,
                    "text",
                ], pools: [TestHost.Pool("pool", path: path)])
            #expect(lines.count == 1)
            #expect(try names(in: path) == [])
        }
    }

    @Test(arguments: [
        (
            #"{"cmd": "create-volume", "pool": "none", "name": "a", "format": "raw", "size": 1}"#,
            "not-found"
        ),
        (
            #"{"cmd": "create-volume", "pool": "pool", "name": "../a", "format": "raw", "size": 1}"#,
            "bad-request"
        ),
        (
            #"{"cmd": "create-volume", "pool": "pool", "name": "a", "format": "vmdk", "size": 1}"#,
            "bad-request"
        ),
        (
            #"{"cmd": "create-volume", "pool": "pool", "name": "old", "format": "raw", "size": 1}"#,
            "exists"
        ),
        (
            #"{"cmd": "create-volume", "pool": "pool", "name": "a", "format": "raw", "#
                + #""size": 9223372036854775807}"#, "no-space"
        ),
        (
            #"{"cmd": "create-volume", "pool": "disks", "name": "a", "format": "raw", "size": 1}"#,
            "unsupported"
        ),
        (#"{"cmd": "copy-volume", "pool": "pool", "from": "none", "to": "a"}"#, "not-found"),
        (#"{"cmd": "copy-volume", "pool": "pool", "from": "old", "to": null}"#, "bad-request"),
        (
            #"{"cmd": "copy-volume", "pool": "pool", "from": "old", "to_domain": "vm1"}"#,
            "not-found"
        ),
        (
            #"{"cmd": "download-volume", "pool": "pool", "name": "old", "offset": 5}"#,
            "bad-request"
        ),
        (
            #"{"cmd": "download-volume", "pool": "pool", "name": "old", "length": "#
                + "9223372036854775807}", "bad-request"
        ),
        (
            #"{"cmd": "upload-volume", "pool": "pool", "name": "a", "length": 0, "sha256": "x"}"#,
            "bad-request"
        ),
        (#"{"cmd": "reserve", "filter": "("}"#, "bad-request"),
        (#"{"cmd": "release", "domain": "vm1"}"#, "not-found"),
        (#"{"cmd": "setname", "name": " "}"#, "bad-request"),
        (#"{"cmd": "setname", "name": "a\u0000b"}"#, "bad-request"),
        (#"{"cmd": "help", "command": "x"}"#, "not-found"),
        (#"{"cmd": "port-forwards", "domain": "none"}"#, "not-found"),
        (#"{"cmd": "addresses", "domain": "vm1"}"#, "libvirt"),
        (#"{"cmd": "wait-port", "domain": "vm1", "port": 22}"#, "libvirt"),
        (#"{"cmd": "console", "domain": "vm1"}"#, "libvirt"),
        (#"{"cmd": "console", "domain": "vm1", "wait": true, "seconds": 0}"#, "timeout"),
    ])
    func failureHasKind(request: String, kind: String) throws {
        try inTemporaryDirectory { path in
            try write("old", to: "\(path)/old")
            let reply = try withSession(
                domains: ["vm1"],
                pools: [
                    TestHost.Pool("pool", path: path, volumes: ["old"]),
                    TestHost.Pool("disks", type: "fs", path: path),
                ]
            ) { try $0.reply(to: #"{"id": 1, "# + request.dropFirst()) }
            guard case .string(kind)? = reply["error"]?["kind"] else {
                Issue.record("\(reply.text)")
                return
            }
            #expect(try names(in: path) == ["old"])
            #expect(try text(of: "\(path)/old") == "old")
        }
    }

    @Test func helpDescribesEachArgument() throws {
        try withSession { fixture in
            let reply = try fixture.reply(to: #"{"cmd": "help", "command": "vol-copy"}"#)
            guard case .array(let commands)? = reply["commands"],
                case .array(let arguments)? = commands.first?["arguments"],
                case .string("copy-volume")? = commands.first?["cmd"],
                case .string(let text)? = reply["reply"]
            else {
                Issue.record("\(reply.text)")
                return
            }
            #expect(commands.count == 1)
            #expect(
                arguments.map { $0["name"]?.text ?? "" } == [
                    #""pool""#, #""from""#, #""to""#, #""to_domain""#, #""move""#,
                    #""temporary""#, #""force""#, #""progress""#,
                ])
            #expect(
                arguments.map { $0["required"]?.text ?? "" }
                    == ["true", "true", "false", "false", "false", "false", "false", "false"])
            #expect(text.hasPrefix("copy-volume: copy or move a volume"))
            #expect(text.contains("\n  from (string): "))
            #expect(text.contains("\n  move (true or false, optional): "))
        }
    }
}
