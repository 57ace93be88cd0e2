import Confinement
import GuestAccess
import Libvirt
import Lifetime
import Policy
import Protocol
import System
import Text
import Wire

extension SessionCommand {
    ///     C: {"cmd": "console", "domain": "vm1", "until": "login: $", "seconds": 120}
    ///     S: {"success": true, "cmd": "console", "domain": "vm1", "until": "login: $",
    ///         "seconds": 120, "reason": "matched", "matched": "login: ", "source": "log",
    ///         "bytes": 31415}
    static let console = SessionCommand(
        "console", .reads, group: .everyday,
        summary: "write a domain's console output to standard error",
        example: "ssh HOST console vm1 until='login: '"
    ) { parameters in
        let domain = parameters.name("domain", "a running domain, or see 'wait'")
        let seconds = parameters.optionalSeconds(
            "seconds", "time limit (default: until the domain stops)")
        let until = parameters.optionalString(
            "until", "Python regular expression: ends when the output matches it")
        let wait = parameters.flag("wait", "true: wait for the domain's start first")
        let force = parameters.flag("force", "true: disconnect another reader of the console")
        let input = parameters.optionalFlag(
            "input",
            "in words: whether standard input goes to the guest, up to Ctrl-] (default: if it is a "
                + "terminal)")

        return { session, request in
            let deadline = try request[seconds].map { ContinuousClock.now + .seconds($0) }
            let name = try request[domain]
            let input = try session.consoleInput(of: name, isWanted: request[input])
            let outcome = try session.host.opening(until: deadline) {
                var reading = try ConsoleReading(
                    of: name, session.host, session.wire, input: input, until: request[until],
                    waitForStart: request[wait], force: request[force], deadline: deadline,
                    session.gate)
                return try session.withKeys(of: name, input) { try reading.run(until: deadline) }
            }
            return [
                "reason": .string(outcome.end.rawValue),
                "matched": outcome.matched.map { .string($0) } ?? .null,
                "source": .string(outcome.source), "bytes": .integer(Int64(outcome.bytes)),
            ]
        }
    }
}

extension Session {
    /// The client's input for a guest; `nil` if the guest gets none. `isWanted` is the client's
    /// argument.
    fileprivate func consoleInput(of domain: String, isWanted: Bool?) throws -> ConsoleInput? {
        guard isInWords else {
            guard isWanted != true else {
                throw RequestError(
                    .badRequest,
                    "'input' is for people: in the line protocol, standard input carries requests",
                    hint: "call it in words: ssh -t HOST console DOMAIN")
            }
            return nil
        }
        guard isWanted ?? wire.inputIsTerminal else { return nil }
        do {
            try gate.willChange(host.domain(named: domain))
        } catch let denial as Denial {
            // A terminal alone does not say that the client wants to type.
            guard isWanted == nil else { throw denial }
            try wire.writeError("atex-virt-helper: output only: \(printable(denial.message))\n")
            return nil
        }
        // The audit log has a line before the first change.
        try audit.willChange()
        return try ConsoleInput(wire.duplicateInput())
    }

    /// Runs `body` while a terminal passes on each key, and everything that the guest writes.
    fileprivate func withKeys<Value>(
        of domain: String, _ input: ConsoleInput?, _ body: () throws -> Value
    ) throws -> Value {
        guard input != nil, wire.inputIsTerminal else { return try body() }
        try wire.writeError("connected to the console of '\(printable(domain))'; Ctrl-] ends it\n")
        guard let terminal = try RawTerminal(wire.duplicateInput()) else { return try body() }
        // Also if a signal ends the process.
        let restoration = Rollback { terminal.restore() }
        // Programs in the guest move the cursor.
        let value = Result { try wire.withoutFilter(body) }
        _ = consume restoration
        // The guest's last line need not have ended.
        try wire.writeError("\n")
        return try value.get()
    }
}
