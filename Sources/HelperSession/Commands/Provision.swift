import Confinement
import GuestAccess
import Libvirt
import Lifetime
import Policy
import Protocol
import System
import Text
import Volumes
import Wire

extension SessionCommand {
    ///     C: {"cmd": "provision", "pool": "default", "from": "9.6.img", "filter": "rhel9-.*",
    ///         "wait": 600, "wait_port": 22, "timeout": 120}
    ///     S: {"success": true, "cmd": "provision", ..., "domain": "rhel9-2",
    ///         "forwards": [...], "address": "127.0.0.1", "port": 2202,
    ///         "seconds": {"reserve": 0.004, "copy": 0.005, "stop": 0.000, "start": 0.310,
    ///                     "wait": 11.204}}
    static let provision = SessionCommand(
        "provision", .changes, inWords: .holdsReservation,
        group: .everyday,
        summary: "reserve a domain, copy a volume to its disk, start it, wait for its port",
        example: "ssh HOST provision from=9.6.img filter='rhel9-.*' wait_port=22"
    ) { parameters in
        let pool = parameters.optionalName(
            "pool",
            "the pool of the volume and of the domain's disk (default: the only pool, or 'default')"
        )
        let from = parameters.string("from", "the volume to copy to the domain's disk")
        let filter = parameters.optionalString(
            "filter", "Python regular expression that the domain's whole name must match")
        let wait = parameters.optionalSeconds("wait", "how long to wait for a free domain")
        let waitPort = parameters.optionalPort(
            "wait_port", "the guest's port that must answer before the reply")
        let timeout = parameters.optionalSeconds(
            "timeout", "how long to wait for that port (default: 300)")
        let force = parameters.force()
        let wantsProgress = parameters.progress()

        return { session, request in
            let given = try request[pool]
            let timeout = try request[timeout] ?? 300
            let connected = ContinuousClock.now + .seconds(timeout)
            let order = ProvisionOrder(
                pool: try given
                    ?? session.host.opening(until: connected) {
                        try session.host.open().defaultPool()
                    },
                from: try volumeName(request[from]),
                waitPort: try request[waitPort], timeout: timeout, isForced: try request[force])
            let filter = try DomainFilter(request[filter])
            var progress = session.progress(of: request, try request[wantsProgress])
            var steps = Steps()
            let (wait, host) = (try request[wait], session.host)
            if let port = order.waitPort, let denial = session.policy.denial(ofGuestPort: port) {
                throw denial
            }
            // Check both before waiting for a domain: the request may be impossible to satisfy.
            _ = try steps.run("reserve") {
                try host.opening(until: connected) {
                    try filter.matching(session.persistentDomains())
                }
            }
            try steps.run("copy") {
                _ = try DirectoryPool(named: order.pool, host.open()).open(order.from)
                try session.gate.willRead(VolumeName(pool: order.pool, name: order.from.text))
            }
            let name = try steps.run("reserve") { try session.reserve(filter, wait: wait) }
            do {
                var results = try session.prepare(name, order, &steps, &progress)
                if given == nil { results.members.append(("pool", .string(order.pool))) }
                return results
            } catch {
                // `prepare` has run its rollback by now: the next holder's guest must not be
                // stopped.
                _ = session.reservations.release(name)
                throw error
            }
        }
    }
}

/// The client's order, apart from the choice of the domain.
private struct ProvisionOrder {
    let pool: String
    let from: FileName
    let waitPort: UInt16?
    /// In seconds.
    let timeout: Double
    /// Whether a volume that another domain uses is overwritten.
    let isForced: Bool
}

/// Measures the steps, and names the step in an error.
private struct Steps {
    private(set) var seconds: [(name: String, seconds: Double)] = []

    mutating func run<Value>(_ name: String, _ body: () throws -> Value) throws -> Value {
        let start = ContinuousClock.now
        defer { add(start.duration(to: .now), to: name) }
        do { return try body() } catch { throw RequestError(error).inStep(name) }
    }

    private mutating func add(_ duration: Duration, to name: String) {
        let passed = duration / .seconds(1)
        // A step may run in parts; the reply has their sum.
        if let index = seconds.firstIndex(where: { $0.name == name }) {
            seconds[index].seconds += passed
        } else {
            seconds.append((name, passed))
        }
    }
}

extension Session {
    /// Starts a reserved domain with its new disk. If a step fails, or if the client disconnects,
    /// the domain is stopped.
    fileprivate func prepare(
        _ name: String, _ order: ProvisionOrder, _ steps: inout Steps, _ progress: inout Progress
    ) throws -> Reply.Results {
        let (domain, uuid) = try steps.run("reserve") {
            let domain = try host.open().domain(name: name)
            // The rollback may run over another connection, where `domain` is not valid.
            try gate.willChange(domain)
            return (domain, try domain.uuid())
        }
        // Before the first change: after a failure the domain must be stopped, whatever it runs
        // from.
        let started = try StartedDomain(name, uuid, host.open())
        let action = try host.rollbackAction { (connection) throws(LibvirtError) in
            try stop(uuid, connection)
        }
        // Last: what is written down must have a rollback.
        try started.note(domain.id)
        let rollback = Rollback(recording: started.journal, action)
        try report(step: "domain '\(name)' is reserved; stopping it")
        try steps.run("stop") {
            if try domain.isActive() { try CriticalSection.run { try domain.destroy() } }
            // A saved memory image belongs to the old disk.
            try removeManagedSave(domain)
        }
        try report(step: "copying volume '\(order.from.text)' to its disk")
        try steps.run("copy") {
            let pool = try DirectoryPool(named: order.pool, host.open())
            let target = try CopyTarget(name, in: pool, host.open())
            let overwriting = overwriteGuard(force: order.isForced)
            try pool.copy(order.from, to: target, overwriting, progress: &progress)
        }
        try report(step: "starting it")
        try steps.run("start") {
            try gate.willStart(domain)
            try started.noteStart()
            try CriticalSection.run { try domain.start() }
            try started.note(host.open().domain(uuid: uuid).id)
        }
        let forwards = try steps.run("start") { try host.forwards(ofDomain: name) }
        let address: (address: String, port: UInt16)?
        if let port = order.waitPort {
            try report(step: "waiting until its port \(port) answers")
            let answer = try steps.run("wait") {
                try host.waitForPort(
                    port, ofDomain: name, timeout: order.timeout, for: client, gate)
            }
            address = (answer.address, answer.port)
        } else {
            address = try steps.run("start") {
                try host.forwardedAddress(of: 22, ofDomain: name, for: client)
            }
        }
        rollback.commit()
        return [
            "domain": .string(name),
            "forwards": .array(forwards.flatMap(\.listed).map(\.json)),
            "address": address.map { .string($0.address) } ?? .null,
            "port": address.map { .integer(Int64($0.port)) } ?? .null,
            "seconds": .object(steps.seconds.map { ($0.name, .seconds($0.seconds)) }),
        ]
    }
}

private func removeManagedSave(_ domain: Domain) throws(LibvirtError) {
    do throws(LibvirtError) {
        if try domain.hasManagedSave() { try domain.removeManagedSave() }
    } catch {
        // A driver that cannot save has nothing to remove.
        guard error.code == .noSupport else { throw error }
    }
}

/// Records which run of the domain must be stopped if this process is killed.
private struct StartedDomain {
    let journal = JournalEntry(isDurable: false)
    private let begun: BegunGuest

    init(_ name: String, _ uuid: String, _ connection: Connection) throws(LibvirtError) {
        begun = BegunGuest(
            uri: try connection.uri(), name: name, uuid: uuid,
            isLocal: try connection.isLocal(), .requested)
    }

    /// libvirt is about to be asked to start the domain.
    func noteStart() throws { try note(.requested) }

    /// The number of its run; `nil` if it does not run.
    func note(_ id: UInt32?) throws { if let id { try note(.number(id)) } }

    private func note(_ run: BegunGuest.Run) throws {
        var begun = begun
        begun.run = run
        do throws(SystemError) { try journal.note(.guest(begun)) } catch {
            throw RequestError.journal(error)
        }
    }
}

/// Stops a domain if it is running: it may have stopped itself, or not have been started yet.
private func stop(_ uuid: String, _ connection: Connection) throws(LibvirtError) {
    let domain = try connection.domain(uuid: uuid)
    if try domain.isActive() { try domain.destroy() }
}
