import Confinement
package import Libvirt
package import Lifetime
package import Logging
package import Policy
package import Protocol
import System
import Text
import Virsh
package import Wire

/// The state of one client's session: its reservations, its directory, its connection to libvirt.
///
/// Requests are executed one by one on the main thread, which alone uses the session.
package final class Session {
    let wire: Wire
    let host: HostConnection
    let reservations: ReservedDomains
    let client: Client
    /// What the session may do.
    let policy: Policy
    let audit: AuditLog
    /// Gate 4: asked before each effect.
    let gate: any EffectGate
    let log: Logger
    /// Shows a person the progress of all commands; `nil` in the line protocol.
    var progressDisplay: ProgressDisplay?
    /// The client's streams during a command in words; `nil` in the line protocol.
    var clientStreams: ClientStreams?
    /// Whether the command in words has printed the reason of its failure itself.
    var hasPrintedError = false

    package init(
        wire: Wire, host: HostConnection, client: Client, audit: AuditLog, record: SessionRecord,
        log: Logger
    ) {
        self.wire = wire
        self.host = host
        self.client = client
        policy = record.policy
        self.audit = audit
        self.log = log
        reservations = ReservedDomains(record)
        gate = SessionGate(policy, host, reservations) ?? UnconfinedGate()
    }

    private var dispatcher: Dispatcher<SessionCommand> {
        Dispatcher(SessionCommand.all, wire, log, policy, audit)
    }

    /// Answers requests until the input ends.
    package func run() throws {
        log.info("starting up")
        defer { log.info("shutting down") }
        try explainToPerson()
        do {
            try dispatcher.answerAll(self)
            // Not an error of ours, so the exit status is 0, as at any end of input.
        } catch is Wire.Truncated {
            log.error("the input ended inside of a body")
        } catch let error as BrokenBody {
            log.error("\(error.message)")
            try wire.writeError("atex-virt-helper: \(error.message)\n")
            throw error
        }
    }

    /// Says on standard error what this is, if it seems that a person and not a program started the
    /// session: at a terminal at once, else if nothing was sent for five seconds.
    private func explainToPerson() throws {
        if !(wire.inputIsTerminal && wire.errorsAreTerminal) {
            guard try !wire.waitForInput(until: .now + .seconds(5)) else { return }
        }
        do throws(SystemError) {
            try wire.writeError(
                "atex-virt-helper: waiting for JSON requests, one per line; 'help' after the name "
                    + "of the host lists commands for people\n")
        } catch {
            // Clients may have closed the stream.
        }
    }

    /// Executes one request.
    func reply(to object: RequestObject) throws -> Reply {
        try dispatcher.reply(to: object, self)
    }

    /// Whether the session executes a command in words.
    var isInWords: Bool { clientStreams != nil }

    /// Tells a person which step of a command begins.
    func report(step: @autoclosure () -> String) throws {
        // A program gets the steps in the reply.
        try progressDisplay?.step(step())
    }

    /// The progress that a command reports; `isWanted` is the client's argument.
    func progress(of request: Request, _ isWanted: Bool) -> Progress {
        if let display = progressDisplay { return Progress { try display.show($0, $1) } }
        guard isWanted else { return Progress(nil) }
        let (wire, name) = (wire, request.name)
        return Progress { done, total in
            try wire.write(
                .object([
                    ("event", .string("progress")), ("cmd", .string(name)),
                    ("done", .integer(Int64(clamping: done))),
                    ("total", total.map { .integer(Int64(clamping: $0)) } ?? .null),
                ]))
        }
    }
}

extension SessionLimits {
    /// Those of the session's role.
    package init(_ policy: Policy) {
        let role = policy.limits
        self.init(idle: role?.idleTimeout ?? 0, total: role?.maxSessionSeconds ?? 0)
    }
}
