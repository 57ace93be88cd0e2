package import CleanUp
import Confinement
package import Libvirt
package import Lifetime
package import Logging
package import Policy
package import Protocol
package import System
import Text
import Virsh
import Volumes
package import Wire

/// What the requests of one client work on: its reservations, its connection to libvirt.
///
/// Used by one thread. Requests are executed one by one on the main thread; each background request
/// has a `Session` of its own, which shares with the others what is `Sendable` (`SharedParts`).
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
    /// Undoes what ended sessions have left.
    let cleanUp: StartedCleanUp?
    let log: Logger
    /// What is undone at the end of the session, newest first.
    let atEnd: LastingRollbacks
    let temporaryVolumes: TemporaryVolumes
    let guests: SessionGuests
    let background: BackgroundRequests
    /// What happens if the client is lost.
    package let leases: LeaseKeeper
    /// Whether this is the session of a background request.
    private let isInBackground: Bool
    /// Shows a person the progress of all commands; `nil` in the line protocol.
    var progressDisplay: ProgressDisplay?
    /// The client's streams during a command in words; `nil` in the line protocol.
    var clientStreams: ClientStreams?
    /// Whether the command in words has printed the reason of its failure itself.
    var hasPrintedError = false

    package init(
        wire: Wire, host: HostConnection, client: Client, audit: AuditLog, record: SessionRecord,
        cleanUp: StartedCleanUp? = nil, leases: LeaseKeeper? = nil, log: Logger
    ) throws(SystemError) {
        self.wire = wire
        self.host = host
        self.client = client
        policy = record.policy
        self.audit = audit
        self.cleanUp = cleanUp
        self.log = log
        background = try BackgroundRequests()
        isInBackground = false
        reservations = ReservedDomains(record)
        atEnd = LastingRollbacks()
        guests = SessionGuests()
        temporaryVolumes = TemporaryVolumes(atEnd) { domain in
            try ReservedDomains(record).isHeldByOther(domain)
        }
        if let leases { self.leases = leases } else { self.leases = LeaseKeeper(record) }
        self.leases.begin(
            LeaseKeeper.Parts(
                background: background, temporaryVolumes: temporaryVolumes, guests: guests))
        gate = SessionGate(policy, host, reservations, StoredBytes()) ?? Self.unconfinedGate(record)
    }

    /// The session of one background request.
    private init(_ parts: SharedParts) {
        wire = parts.wire
        host = HostConnection(parts.host)
        client = parts.client
        policy = parts.record.policy
        audit = parts.audit.another()
        cleanUp = parts.cleanUp
        log = parts.log
        background = parts.background
        isInBackground = true
        reservations = ReservedDomains(parts.record)
        atEnd = parts.atEnd
        temporaryVolumes = parts.temporaryVolumes
        guests = parts.guests
        leases = parts.leases
        gate =
            SessionGate(policy, host, reservations, parts.stored)
            ?? Self.unconfinedGate(parts.record)
    }

    private static func unconfinedGate(_ record: SessionRecord) -> UnconfinedGate {
        UnconfinedGate { domain in
            try record.lost.check(domain())
            // Only such a request runs beside another one, which may release the domain.
            if Cancellation.current != nil { try record.noteUse(of: domain()) }
        }
    }

    /// What all threads of a session share.
    private struct SharedParts: Sendable {
        let wire: Wire
        let host: HostConnection.Target
        let client: Client
        let audit: AuditLog
        let record: SessionRecord
        let cleanUp: StartedCleanUp?
        let log: Logger
        let background: BackgroundRequests
        let atEnd: LastingRollbacks
        let temporaryVolumes: TemporaryVolumes
        let guests: SessionGuests
        let leases: LeaseKeeper
        let stored: StoredBytes
    }

    private var sharedParts: SharedParts {
        SharedParts(
            wire: wire, host: host.target, client: client, audit: audit,
            record: reservations.record, cleanUp: cleanUp, log: log, background: background,
            atEnd: atEnd, temporaryVolumes: temporaryVolumes, guests: guests, leases: leases,
            stored: (gate as? SessionGate)?.stored ?? StoredBytes())
    }

    private var dispatcher: Dispatcher<SessionCommand> {
        Dispatcher(
            SessionCommand.all, wire, log, policy, audit,
            background: isInBackground || isInWords
                ? nil
                : Dispatcher.Background(background) {
                    let parts = self.sharedParts
                    return { object in try Session(parts).reply(to: object) }
                }, executing: { [leases] request in try leases.execute(request) })
    }

    /// The URI of the libvirt host, which libvirt may have completed.
    func uriOfHost() throws -> String {
        do throws(LibvirtError) { return try host.open().uri() } catch {
            throw RequestError("cannot determine the URI of the host", error)
        }
    }

    /// Answers requests until the input ends.
    package func run() throws {
        log.info("starting up")
        defer { log.info("shutting down") }
        try explainToPerson()
        // Their rollbacks must not be lost with the process.
        defer {
            background.cancelAll()
            do throws(SystemError) { try background.waitForAll() } catch {
                log.error("cannot wait for background requests: \(error.message)")
            }
        }
        do {
            try dispatcher.answerAll(self)
            // The client may have closed its end and still read.
            try background.waitForAll()
            // Not an error of ours, so the exit status is 0, as at any end of input.
        } catch is Wire.Truncated {
            log.error("the input ended inside of a body")
        } catch let error as BrokenBody {
            log.error("\(error.message)")
            try wire.writeError("atex-virt-helper: \(error.message)\n")
            throw error
        }
    }

    /// Undoes what was to last only as long as the session, while its reservations still hold.
    package func end() { atEnd.runAll() }

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

    /// The position of a waiting request in the queue, for a client that wants it: a person is
    /// shown steps instead.
    func positions(of request: Request, _ isWanted: Bool) -> Progress {
        progressDisplay == nil ? progress(of: request, isWanted) : Progress(nil)
    }

    /// The progress that a command reports; `isWanted` is the client's argument.
    func progress(of request: Request, _ isWanted: Bool) -> Progress {
        if let display = progressDisplay { return Progress { try display.show($0, $1) } }
        guard isWanted else { return Progress(nil) }
        reservations.record.lost.sendEvents(to: wire)
        let wire = wire
        let source = Wire.EventSource()
        return Progress { done, total in
            try wire.write(
                event: request.event(
                    "progress",
                    [
                        ("done", .integer(Int64(clamping: done))),
                        ("total", total.map { .integer(Int64(clamping: $0)) } ?? .null),
                    ]), of: source)
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
