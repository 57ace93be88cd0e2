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
    private let log: Logger

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
                try refuse(nil, .badRequest, "the line has more than \(Wire.lineLimit) bytes")
            case .line(let line):
                Lifeline.isBusy = true
                try answer(line)
                Lifeline.isBusy = false
            }
        }
    }

    private func answer(_ line: ArraySlice<UInt8>) throws {
        let object: RequestObject
        do throws(NotARequest) {
            object = try RequestObject(line: line)
        } catch {
            return try refuse(
                nil, .badRequest, error.message + "; a request is one like {\"cmd\": \"ping\"}")
        }
        guard let cmd = object["cmd"] else {
            return try refuse(
                object, .badRequest,
                "missing 'cmd' in the JSON request; a request is one like {\"cmd\": \"ping\"}")
        }
        guard case .string(let name) = cmd.value, let command = SessionCommand.named(name) else {
            var word = String(cmd.text)
            if case .string(let name) = cmd.value { word = name }
            let names = SessionCommand.all.map(\.name).joined(separator: ", ")
            return try refuse(
                object, .unknownCommand, "invalid cmd: '\(word)'; there are \(names)")
        }
        let (parameters, body) = command.declared()
        wire.expectBody(parameters.bodyLength(of: object))
        if let mistake = parameters.mistake(in: object, command: name) {
            return try refuse(object, .badRequest, mistake)
        }
        let request = Request(
            command: command, name: name,
            arguments: parameters.all.compactMap { object[$0.name] })
        try carryOut(request, body, id: object["id"])
    }

    private func carryOut(
        _ request: Request, _ body: SessionCommand.Body, id: Member?
    ) throws {
        log.info("running '\(request.name)': \(described(request))")
        var members: [(String, JSONOutput)] = [("cmd", .string(request.name))]
        members += request.arguments.map { ($0.name, .echo($0)) }
        if let id { members.append(("id", .echo(id))) }
        let results: Results
        do {
            results = try body(self, request)
        } catch let error as Wire.Truncated {
            throw error
        } catch {
            let refusal = Refusal(error)
            try wire.discardBody()
            log.info("'\(request.name)' failed: \(refusal.message)")
            members.insert(("success", .bool(false)), at: 0)
            members.append(("reply", .string(refusal.message)))
            // Who sends an `id` knows the second part of the contract.
            if id != nil || request.isOurs { members.append(("error", refusal.object)) }
            return try wire.write(.object(members))
        }
        try wire.discardBody()
        log.debug("'\(request.name)' succeeded")
        // Of a result that is called like an argument (a port), a reply has the result only.
        members.removeAll { argument in results.members.contains { $0.0 == argument.0 } }
        try wire.write(.object([("success", .bool(true))] + members + results.members))
        guard let body = results.body else { return }
        do { try body(wire) } catch {
            throw BrokenBody(
                message: "the bytes after the reply to '\(request.name)' end too early: "
                    + Refusal(error).message)
        }
    }

    /// The reply to a line that names no command, or names one wrongly.
    private func refuse(
        _ object: RequestObject?, _ kind: Refusal.Kind, _ message: String
    ) throws {
        log.warning("\(message)")
        try wire.discardBody()
        var members: [(String, JSONOutput)] = [("success", .bool(false))]
        if let id = object?["id"] { members.append(("id", .echo(id))) }
        members.append(("reply", .string(message)))
        members.append(("error", Refusal(kind, message).object))
        try wire.write(.object(members))
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
