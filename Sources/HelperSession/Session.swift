import Host
import Libvirt
package import Logging
import XML

/// What one client gets: its reservations, its directory, its connection to the host.
package final class Session {
    let wire: Wire
    let host: HostConnection
    let reservations: ReservedDomains
    let client: Client
    let log: Logger
    /// A person who sees the progress of everything; `nil` where a program asks for it.
    var watcher: Progress.Listener?

    package init(
        wire: Wire, host: HostConnection, state: StateDirectory, client: Client, log: Logger
    ) {
        self.wire = wire
        self.host = host
        self.client = client
        self.log = log
        reservations = ReservedDomains(state: state)
    }

    /// Answers requests until the input ends.
    package func run() throws {
        log.info("starting up")
        defer { log.info("shutting down") }
        do {
            try answerAll()
        } catch is Wire.Truncated {
            log.error("the input ended inside of a body")
        } catch let error as BrokenBody {
            log.error("\(error.message)")
            try wire.writeError("atex-virt-helper: \(error.message)\n")
            throw error
        }
    }

    private func answerAll() throws {
        while true {
            switch try wire.nextLine() {
            case .endOfInput: return
            case .tooLong:
                let outcome = Outcome.refused(
                    nil, .badRequest, "the line has more than \(Wire.lineLimit) bytes")
                note(outcome)
                try wire.write(outcome.reply)
            case .line(let line):
                Lifeline.isBusy = true
                try answer(line)
                Lifeline.isBusy = false
            }
        }
    }

    private func answer(_ line: ArraySlice<UInt8>) throws {
        let outcome: Outcome
        do {
            outcome = try self.outcome(of: RequestObject(line: line))
        } catch let error as NotARequest {
            outcome = .refused(
                nil, .badRequest,
                error.message + "; a request is one like {\"cmd\": \"ping\"}; for people there is "
                    + "'ssh HOST help'")
            note(outcome)
        }
        try wire.discardBody()
        try wire.write(outcome.reply)
        guard let body = outcome.body else { return }
        do { try body(wire) } catch {
            throw BrokenBody(
                message: "the bytes after the reply end too early: " + Refusal(error).message)
        }
    }

    /// Does what a request asks for. What may follow its line is read as far as that needs it.
    func outcome(of object: RequestObject) throws -> Outcome {
        let outcome = try unloggedOutcome(of: object)
        note(outcome)
        return outcome
    }

    private func note(_ outcome: Outcome) {
        guard let failure = outcome.failure else { return log.debug("succeeded") }
        log.log(level: outcome.isNoRequest ? .warning : .info, "failed: \(failure.message)")
    }

    private func unloggedOutcome(of object: RequestObject) throws -> Outcome {
        guard let cmd = object["cmd"] else {
            return .refused(
                object, .badRequest,
                "missing 'cmd' in the JSON request; a request is one like {\"cmd\": \"ping\"}")
        }
        guard case .string(let name) = cmd.value, let command = SessionCommand.named(name) else {
            var word = String(cmd.text)
            if case .string(let name) = cmd.value { word = name }
            let names = SessionCommand.all.map(\.name).joined(separator: ", ")
            return .refused(object, .unknownCommand, "invalid cmd: '\(word)'; there are \(names)")
        }
        let (parameters, body) = command.declared()
        wire.expectBody(parameters.bodyLength(of: object))
        if let mistake = parameters.mistake(in: object, command: name) {
            return .refused(object, .badRequest, mistake)
        }
        let request = Request(
            command: command, name: name,
            arguments: parameters.all.compactMap { object[$0.name] })
        return try carryOut(request, body, id: object["id"])
    }

    private func carryOut(
        _ request: Request, _ body: SessionCommand.Body, id: Member?
    ) throws -> Outcome {
        log.info("running '\(request.name)': \(described(request))")
        var members: [(String, JSONOutput)] = [("cmd", .string(request.name))]
        members += request.arguments.map { ($0.name, .echo($0)) }
        if let id { members.append(("id", .echo(id))) }
        do {
            let results = try body(self, request)
            // Of a result that is called like an argument (a port), a reply has the result only.
            members.removeAll { argument in results.members.contains { $0.0 == argument.0 } }
            return Outcome(echoed: members, results: results)
        } catch let error as Wire.Truncated {
            throw error
        } catch {
            // Who sends an `id` knows the second part of the contract.
            return Outcome(
                echoed: members, failure: Refusal(error),
                tellsError: id != nil || request.isOurs)
        }
    }

    private func described(_ request: Request) -> String {
        "{" + request.arguments.map { "\"\($0.name)\": \($0.text)" }.joined(separator: ", ") + "}"
    }
}

/// A reply's bytes that broke off: nothing that may follow could be told from them.
private struct BrokenBody: Error {
    let message: String
}

extension Refusal {
    /// Any error that a command's body threw.
    package init(_ error: any Error) {
        switch error {
        case let refusal as Refusal: self = refusal
        case let error as LibvirtError:
            self.init(Kind(error), error.message, libvirt: error)
        case let error as SystemError: self.init(Kind(error), error.message)
        case let error as XMLError:
            self.init(.libvirt, "cannot read libvirt's XML: \(error.message)")
        default: self.init(.system, "\(error)")
        }
    }
}
