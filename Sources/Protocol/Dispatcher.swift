import Lifetime
package import Logging
package import Policy
import Text
package import Wire

/// Reads requests, executes them one by one, and writes their replies in the same order.
package struct Dispatcher<Command: CommandDefinition> {
    private let commands: [Command]
    private let wire: Wire
    private let log: Logger
    private let policy: Policy
    private let audit: AuditLog

    package init(
        _ commands: [Command], _ wire: Wire, _ log: Logger, _ policy: Policy, _ audit: AuditLog
    ) {
        self.commands = commands
        self.wire = wire
        self.log = log
        self.policy = policy
        self.audit = audit
    }

    /// Answers requests until the input ends. Throws if replies cannot be written any more.
    package func answerAll(_ context: Command.Context) throws {
        while true {
            switch try wire.nextLine() {
            case .endOfInput: return
            case .tooLong:
                let reply = recorded("", arguments: "", nil) {
                    .malformed(
                        nil, .badRequest, "the line has more than \(Wire.lineLimit) bytes")
                }
                note(reply)
                try wire.write(reply.json)
            case .line(let line):
                ClientWatch.isRequestRunning = true
                try answer(line, context)
                // No `defer`: if `answer` throws, the session ends.
                ClientWatch.isRequestRunning = false
            }
        }
    }

    private func answer(_ line: ArraySlice<UInt8>, _ context: Command.Context) throws {
        let reply: Reply
        do {
            reply = try self.reply(to: RequestObject(line: line), context)
        } catch let error as MalformedRequest {
            let text = String(decoding: line.prefix(auditedLength), as: UTF8.self)
            reply = recorded("", arguments: text, nil) {
                .malformed(
                    nil, .badRequest,
                    error.message + "; a request is one like {\"cmd\": \"ping\"}; for people there "
                        + "is 'ssh HOST help'")
            }
            note(reply)
        }
        // What the command left of the body must not be read as the next request.
        try wire.discardBody()
        guard try reply.write(to: wire) else {
            return log.info("the reply was longer than \(Wire.replyLimit) bytes")
        }
        guard let body = reply.body else { return }
        do { try body(wire) } catch {
            throw BrokenBody(
                message: "the bytes after the reply end too early: " + RequestError(error).message)
        }
    }

    /// Executes a request. Of a body that follows its line, the command reads what it needs.
    /// Throws only if the session cannot continue.
    package func reply(to object: RequestObject, _ context: Command.Context) throws -> Reply {
        let reply = try unloggedReply(to: object, context)
        note(reply)
        return reply
    }

    private func note(_ reply: Reply) {
        guard let error = reply.error else { return log.debug("succeeded") }
        log.log(level: reply.isMalformed ? .warning : .info, "failed: \(error.message)")
    }

    private func unloggedReply(
        to object: RequestObject, _ context: Command.Context
    ) throws -> Reply {
        guard case .string(let name)? = object["cmd"]?.value, let command = commands.named(name)
        else {
            let name = object["cmd"].map { text(of: $0) } ?? ""
            return recorded(name, arguments: object.auditedText(nil), object) {
                unknownCommand(object)
            }
        }
        let (parameters, run) = command.declared()
        // Before anything can fail: a refused request still consumes its body.
        wire.expectBody(parameters.bodyLength(of: object))
        let request = Request(
            name: name, arguments: parameters.all.compactMap { object[$0.name] },
            inputIsBody: object.inputIsBody)
        // A client that sends an `id` or an argument of ours understands `error`.
        let includesError =
            object["id"] != nil || !command.isOriginal
            || parameters.all.contains { $0.isExtension && request[$0.name] != nil }
        var echoed: [(name: String, value: JSONValue)] = [("cmd", .string(name))]
        echoed += request.arguments.map { ($0.name, .encoded($0.source)) }
        if let id = object["id"] { echoed.append(("id", .encoded(id.source))) }
        func failed(_ error: any Error) -> Reply {
            Reply(echoed: echoed, error: RequestError(error), includesError: includesError)
        }

        do throws(Denial) {
            try audit.begin(name, arguments: object.auditedText(parameters))
            for (kind, name) in object.auditedObjects { audit.add(kind, name) }
            // The older name of a command is no way around its role.
            let denial = policy.denial(
                ofCommand: command.name, called: name, changes: command.effect == .changes)
            if let denial { return recordedEnd(failed(denial), otherwise: failed) }
            if let mistake = parameters.mistake(in: object, command: name) {
                let reply = Reply.malformed(object, .badRequest, mistake)
                return recordedEnd(reply, otherwise: failed)
            }
            if command.effect == .changes { try audit.willChange() }
        } catch { return failed(error) }
        // Before it runs: the log must show a request that hangs or is killed.
        log.info("running '\(name)': \(described(request))")
        let reply: Reply
        do {
            let results = try run(context, request)
            // A result may have the name of an argument (`port`): then only the result is sent.
            echoed.removeAll { argument in results.members.contains { $0.name == argument.name } }
            reply = Reply(echoed: echoed, results: results, includesError: includesError)
        } catch let error where error is Wire.Truncated || error is Wire.SurplusInput {
            // The input has ended, or was all of one request: there are no more. The end of the
            // session records this one.
            throw error
        } catch { reply = failed(error) }
        return recordedEnd(reply, otherwise: failed)
    }

    /// The reply to a line that does not name a command.
    private func unknownCommand(_ object: RequestObject) -> Reply {
        guard let cmd = object["cmd"] else {
            return .malformed(
                object, .badRequest,
                "missing 'cmd' in the JSON request; a request is one like {\"cmd\": \"ping\"}")
        }
        let granted = commands.map(\.name).filter(policy.allows(command:))
        let hint =
            granted.isEmpty
            ? "no command is granted" : "the commands are \(granted.joined(separator: ", "))"
        return .malformed(
            object, .unknownCommand, "invalid cmd: '\(text(of: cmd))'; \(hint)")
    }

    /// Anything but a string is shown as JSON.
    private func text(of cmd: JSONMember) -> String {
        if case .string(let name) = cmd.value { name } else { cmd.source }
    }

    // MARK: Audit log

    /// Records a line that is not a request for a known command.
    private func recorded(
        _ command: String, arguments: String, _ object: RequestObject?, _ reply: () -> Reply
    ) -> Reply {
        func refused(_ denial: Denial) -> Reply { .malformed(object, .denied, denial.message) }
        do throws(Denial) { try audit.begin(command, arguments: arguments) } catch {
            return refused(error)
        }
        return recordedEnd(reply(), otherwise: refused)
    }

    /// Records the end of a request, and returns its reply if that was possible.
    private func recordedEnd(_ reply: Reply, otherwise refused: (Denial) -> Reply) -> Reply {
        do throws(Denial) { try audit.finish(reply.error) } catch { return refused(error) }
        return reply
    }

    private func described(_ request: Request) -> String {
        let members = request.arguments.map { "\"\($0.name)\": \($0.source)" }
        return "{" + members.joined(separator: ", ") + "}"
    }
}

/// The bytes that follow a reply ended too early. The session ends, because the client would read
/// the next reply as the missing bytes.
package struct BrokenBody: Error {
    package let message: String
}

/// The length of arguments that can be in an audit line, with some to spare.
private let auditedLength = 1000

extension RequestObject {
    /// The objects that the arguments of protocol commands name.
    fileprivate var auditedObjects: [(AuditLog.ObjectKind, String)] {
        func text(_ name: String) -> String? {
            if case .string(let text)? = self[name]?.value { text } else { nil }
        }
        let domains = ["domain", "to_domain"].compactMap(text).map {
            (AuditLog.ObjectKind.domain, $0)
        }
        guard let pool = text("pool") else { return domains }
        let volumes = ["name", "from", "to"].compactMap(text).map {
            (AuditLog.ObjectKind.volume, "\(pool)/\($0)")
        }
        return domains + (volumes.isEmpty ? [(.pool, pool)] : volumes)
    }

    /// The arguments for the audit log: all but `cmd` and `id`, or the words of another program.
    fileprivate func auditedText(_ parameters: Parameters?) -> String {
        if let words = parameters?.all.first(where: { $0.type == .stringList }),
            let member = self[words.name]
        {
            return String(member.source.prefix(auditedLength))
        }
        var text = ""
        for member in members where member.name != "cmd" && member.name != "id" {
            guard text.utf8.count < auditedLength else { break }
            text += text.isEmpty ? "" : ", "
            text += "\"\(member.name)\": \(member.source.prefix(auditedLength))"
        }
        return "{" + text + "}"
    }
}
