import Lifetime
package import Logging
package import Policy
import System
import Text
package import Wire

/// Reads requests, executes them one by one, and writes their replies in the same order; except for
/// background requests, which it starts.
package struct Dispatcher<Command: CommandDefinition> {
    private let commands: [Command]
    private let wire: Wire
    private let log: Logger
    private let policy: Policy
    private let audit: AuditLog
    private let background: Background?
    /// Executes each request that is not in the background.
    private let executing: (_ request: () throws -> Void) throws -> Void

    /// How requests are executed in the background.
    package struct Background {
        package typealias Execute = @Sendable (RequestObject) throws -> Reply

        private let requests: BackgroundRequests
        private let prepare: () -> Execute

        /// `prepare` returns a function that executes one request on another thread, with a
        /// dispatcher and a context of its own.
        package init(_ requests: BackgroundRequests, prepare: @escaping () -> Execute) {
            self.requests = requests
            self.prepare = prepare
        }

        /// Starts a request, whose reply is written to `wire`.
        fileprivate func start(
            _ id: JSONMember, _ object: RequestObject, _ wire: Wire, _ log: Logger
        ) throws(RequestError) {
            let execute = prepare()
            try requests.start(id) {
                let result = Result { try execute(object) }
                return {
                    // The client is gone, so that `ClientWatch` ends the process.
                    do { _ = try result.get().write(to: wire) } catch {
                        log.info("cannot answer in the background: \(RequestError(error).message)")
                    }
                }
            }
        }
    }

    /// `background` is `nil` where requests cannot run in the background.
    package init(
        _ commands: [Command], _ wire: Wire, _ log: Logger, _ policy: Policy, _ audit: AuditLog,
        background: Background? = nil,
        executing: @escaping (_ request: () throws -> Void) throws -> Void = { try $0() }
    ) {
        self.executing = executing
        self.background = background
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
                ClientWatch.requestBegins()
                try executing { try answer(line, context) }
                // No `defer`: if `answer` throws, the session ends.
                ClientWatch.requestEnds()
            }
        }
    }

    private func answer(_ line: ArraySlice<UInt8>, _ context: Command.Context) throws {
        let reply: Reply
        do {
            let object = try RequestObject(line: line)
            switch begin(object) {
            case .started: return
            case .notInBackground: reply = try self.reply(to: object, context)
            case .refused(let error):
                reply = try self.reply(to: object, context, refusal: error)
            }
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
        if try !reply.write(to: wire) {
            log.info("the reply was longer than \(Wire.replyLimit) bytes")
        }
    }

    private enum Beginning {
        case notInBackground
        case started
        case refused(RequestError)
    }

    /// Starts the request if it is one for the background.
    private func begin(_ object: RequestObject) -> Beginning {
        guard let member = object["background"] else { return .notInBackground }
        // What does not name a command is refused as ever.
        guard case .string(let name)? = object["cmd"]?.value, let command = commands.named(name)
        else { return .notInBackground }
        switch member.value {
        case .null, .bool(false): return .notInBackground
        case .bool(true): break
        default:
            return .refused(
                RequestError(
                    .badRequest,
                    "argument 'background' must be a boolean, not \(shortened(member.source))"))
        }
        guard let background else {
            return .refused(
                RequestError(.badRequest, "only the line protocol has background requests"))
        }
        let parameters = command.declared().parameters
        guard parameters.bodyLength == nil, !command.sendsBytes else {
            return .refused(
                RequestError(
                    .badRequest,
                    "'\(name)' cannot run in the background, because bytes follow its line"))
        }
        guard let id = object["id"] else {
            return .refused(
                RequestError(
                    .badRequest,
                    "a background request needs an 'id', which its reply and 'cancel' name"))
        }
        do throws(RequestError) {
            try background.start(id, object, wire, log)
            return .started
        } catch { return .refused(error) }
    }

    /// Executes a request. Of a body that follows its line, the command reads what it needs.
    /// `refusal` is why the command does not run even if the request is right. Throws only if the
    /// session cannot continue.
    package func reply(
        to object: RequestObject, _ context: Command.Context, refusal: RequestError? = nil
    ) throws -> Reply {
        let reply = try unloggedReply(to: object, context, refusal)
        note(reply)
        return reply
    }

    private func note(_ reply: Reply) {
        guard let error = reply.error else { return log.debug("succeeded") }
        log.log(level: reply.isMalformed ? .warning : .info, "failed: \(error.message)")
    }

    private func unloggedReply(
        to object: RequestObject, _ context: Command.Context, _ refusal: RequestError?
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
        if parameters.bodyLength != nil { wire.expectBody(parameters.bodyLength(of: object)) }
        let request = Request(
            name: name, arguments: parameters.all.compactMap { object[$0.name] },
            id: object["id"], inputIsBody: object.inputIsBody)
        // A client that sends an `id` or an argument of ours understands `error`.
        let ours = ["background", "id"].compactMap { object[$0] }
        let includesError =
            !ours.isEmpty || !command.isOriginal
            || parameters.all.contains { $0.isExtension && request[$0.name] != nil }
        var echoed: [(name: String, value: JSONValue)] = [("cmd", .string(name))]
        echoed += request.arguments.map { ($0.name, .encoded($0.source)) }
        echoed += ours.map { ($0.name, .encoded($0.source)) }
        func failed(_ error: any Error) -> Reply {
            Reply(echoed: echoed, error: RequestError(error), includesError: includesError)
        }

        /// From here on `cancel` fails; the reply is `reply`, unless it has succeeded before.
        func settled(_ reply: Reply) -> Reply {
            do throws(SystemError) { try Cancellation.settle() } catch {
                return failed(RequestError.cancelled)
            }
            return reply
        }
        func refused(_ reply: Reply) -> Reply { recordedEnd(settled(reply), otherwise: failed) }

        do throws(Denial) {
            try audit.begin(name, arguments: object.auditedText(parameters))
            for (kind, name) in object.auditedObjects { audit.add(kind, name) }
            // The older name of a command is no way around its role.
            let denial = policy.denial(
                ofCommand: command.name, called: name, changes: command.effect == .changes)
            if let denial { return refused(failed(denial)) }
            if let mistake = parameters.mistake(in: object, command: name) {
                return refused(.malformed(object, .badRequest, mistake))
            }
            if let refusal { return refused(failed(refusal)) }
            if command.effect == .changes { try audit.willChange() }
        } catch { return settled(failed(error)) }
        // Before it runs: the log must show a request that hangs or is killed.
        log.info("running '\(name)': \(described(request))")
        let reply: Reply
        do {
            let results = try run(context, request)
            // Commands with rollbacks have settled before their final step.
            try Cancellation.settle()
            // A result may have the name of an argument (`port`): then only the result is sent.
            echoed.removeAll { argument in results.members.contains { $0.name == argument.name } }
            reply = Reply(echoed: echoed, results: results, includesError: includesError)
        } catch let error where error is Wire.Truncated || error is Wire.SurplusInput {
            // The input has ended, or was all of one request: there are no more. The end of the
            // session records this one.
            throw error
        } catch let error as CancelledAfterChanges {
            reply = failed(RequestError(.cancelled, error.message))
        } catch {
            // Whatever error its waits have become on the way.
            reply = settled(failed(error))
        }
        return recordedEnd(reply, otherwise: failed)
    }

    /// The reply to a line that does not name a command.
    private func unknownCommand(_ object: RequestObject) -> Reply {
        guard let cmd = object["cmd"] else {
            return .malformed(
                object, .badRequest,
                "missing 'cmd' in the JSON request; a request is one like {\"cmd\": \"ping\"}")
        }
        let granted = commands.map(\.name).filter(policy.lists(command:))
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
        let domains = ["domain", "to_domain", "template"].compactMap(text).map {
            (AuditLog.ObjectKind.domain, $0)
        }
        guard let pool = text("pool") else { return domains }
        let volumes = ["name", "from", "to"].compactMap(text).map {
            (AuditLog.ObjectKind.volume, "\(pool)/\($0)")
        }
        return domains + (volumes.isEmpty ? [(.pool, pool)] : volumes)
    }

    /// The arguments for the audit log: all but `cmd` and `id`, or the words of another program. What
    /// goes into a guest is left out: it is long, and may contain secrets.
    fileprivate func auditedText(_ parameters: Parameters?) -> String {
        if let words = parameters?.all.first(where: { $0.type == .stringList }),
            let member = self[words.name]
        {
            return String(member.source.prefix(auditedLength))
        }
        var text = ""
        let left = ["cmd", "id", "background", "user_data", "ssh_keys"]
        for member in members where !left.contains(member.name) {
            guard text.utf8.count < auditedLength else { break }
            text += text.isEmpty ? "" : ", "
            text += "\"\(member.name)\": \(member.source.prefix(auditedLength))"
        }
        return "{" + text + "}"
    }
}
