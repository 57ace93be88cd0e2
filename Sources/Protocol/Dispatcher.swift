import Lifetime
package import Logging
import Text
package import Wire

/// Reads requests, executes them one by one, and writes their replies in the same order.
package struct Dispatcher<Command: CommandDefinition> {
    private let commands: [Command]
    private let wire: Wire
    private let log: Logger

    package init(_ commands: [Command], _ wire: Wire, _ log: Logger) {
        self.commands = commands
        self.wire = wire
        self.log = log
    }

    /// Answers requests until the input ends. Throws if replies cannot be written any more.
    package func answerAll(_ context: Command.Context) throws {
        while true {
            switch try wire.nextLine() {
            case .endOfInput: return
            case .tooLong:
                let reply = Reply.malformed(
                    nil, .badRequest, "the line has more than \(Wire.lineLimit) bytes")
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
            reply = .malformed(
                nil, .badRequest,
                error.message + "; a request is one like {\"cmd\": \"ping\"}; for people there is "
                    + "'ssh HOST help'")
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
        guard let cmd = object["cmd"] else {
            return .malformed(
                object, .badRequest,
                "missing 'cmd' in the JSON request; a request is one like {\"cmd\": \"ping\"}")
        }
        guard case .string(let name) = cmd.value, let command = commands.named(name) else {
            var word = cmd.source
            // Anything but a string is shown as JSON.
            if case .string(let name) = cmd.value { word = name }
            let names = commands.map(\.name).joined(separator: ", ")
            return .malformed(
                object, .unknownCommand, "invalid cmd: '\(word)'; the commands are \(names)")
        }
        let (parameters, run) = command.declared()
        // Before anything can fail: a refused request still consumes its body.
        wire.expectBody(parameters.bodyLength(of: object))
        if let mistake = parameters.mistake(in: object, command: name) {
            return .malformed(object, .badRequest, mistake)
        }
        let request = Request(
            name: name, arguments: parameters.all.compactMap { object[$0.name] })
        // Before it runs: the log must show a request that hangs or is killed.
        log.info("running '\(name)': \(described(request))")
        // A client that sends an `id` or an argument of ours understands `error`.
        let includesError =
            object["id"] != nil || !command.isOriginal
            || parameters.all.contains { $0.isExtension && request[$0.name] != nil }
        var echoed: [(name: String, value: JSONValue)] = [("cmd", .string(name))]
        echoed += request.arguments.map { ($0.name, .encoded($0.source)) }
        if let id = object["id"] { echoed.append(("id", .encoded(id.source))) }
        do {
            let results = try run(context, request)
            // A result may have the name of an argument (`port`): then only the result is sent.
            echoed.removeAll { argument in results.members.contains { $0.name == argument.name } }
            return Reply(echoed: echoed, results: results, includesError: includesError)
        } catch let error as Wire.Truncated {
            // The input has ended within a body: there are no more requests.
            throw error
        } catch {
            return Reply(
                echoed: echoed, error: RequestError(error), includesError: includesError)
        }
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
