import CleanUp
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
        summary:
            "reserve a domain, copy a volume to its disk, start it, wait for its port; or make a "
            + "new guest from a template",
        example: "ssh HOST provision from=9.6.img filter='rhel9-.*' wait_port=22"
    ) { parameters in
        let pool = parameters.optionalName(
            "pool",
            "the pool of the volume and of the domain's disk (default: the only pool, or 'default')"
        )
        let from = parameters.string(
            "from", unless: "template", "the volume to copy to the domain's disk")
        let filter = parameters.optionalString(
            "filter", "Python regular expression that the domain's whole name must match")
        let wait = parameters.optionalSeconds("wait", "how long to wait for a free domain")
        let more = ReservationArguments(&parameters)
        let waitPort = parameters.optionalPort(
            "wait_port", "the guest's port that must answer before the reply")
        let timeout = parameters.optionalSeconds(
            "timeout", "how long to wait for that port (default: 300)")
        let force = parameters.force()
        let wantsProgress = parameters.progress()
        let guest = GuestParameters(&parameters)

        return { session, request in
            if var order = try guest.order(request, pool: pool, from: from, wait, waitPort, timeout)
            {
                let filters = try DomainFilter(nil)
                let reservation = try more.order(filters, wait: nil, request, session.policy)
                order.priority = reservation.priority
                order.note = reservation.note
                guard try request[filter] == nil else {
                    throw RequestError(.badRequest, "'template' and 'filter' exclude each other")
                }
                var positions = session.positions(of: request, try request[wantsProgress])
                var steps = Steps()
                let lease = try session.newLease(reservation)
                let results = try session.makeGuest(order, &steps, &positions)
                if let lease, case .string(let name)? = results["domain"] {
                    session.reservations.record.setLease(lease, of: name)
                }
                return results
            }
            guard let volume = try request[from] else {
                throw RequestError(.badRequest, "argument 'from' is missing")
            }
            let given = try request[pool]
            let timeout = try request[timeout] ?? 300
            let connected = ContinuousClock.now + .seconds(timeout)
            let order = ProvisionOrder(
                pool: try given
                    ?? session.host.opening(until: connected) {
                        try session.host.open().defaultPool()
                    },
                from: try volumeName(volume),
                waitPort: try request[waitPort], timeout: timeout, isForced: try request[force])
            let filter = try DomainFilter(request[filter])
            var reservation = try more.order(
                filter, wait: request[wait], request, session.policy)
            var positions = session.positions(of: request, try request[wantsProgress])
            var progress = session.progress(of: request, try request[wantsProgress])
            var steps = Steps()
            let host = session.host
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
            // What is not complete does not outlive its client.
            let lease = try session.newLease(reservation)
            reservation.lease = nil
            let name = try steps.run("reserve") {
                try session.reserve(reservation, progress: &positions)
            }
            let hold = session.reservations.record.hold(of: name)
            do {
                var results = try session.prepare(name, hold, order, &steps, &progress)
                if given == nil { results.members.append(("pool", .string(order.pool))) }
                if let lease { session.reservations.record.setLease(lease, of: name) }
                return results
            } catch {
                // `prepare` has run its rollback by now: the next holder's guest must not be
                // stopped.
                if session.reservations.record.hold(of: name) == hold {
                    _ = session.reservations.release(name)
                }
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

extension Session {
    /// Starts a reserved domain with its new disk. If a step fails, or if the client disconnects,
    /// the domain is stopped.
    fileprivate func prepare(
        _ name: String, _ hold: Hold?, _ order: ProvisionOrder, _ steps: inout Steps,
        _ progress: inout Progress
    ) throws -> Reply.Results {
        let (uuid, run) = try steps.run("reserve") {
            let domain = try host.open().domain(name: name)
            try gate.willChange(domain)
            return (try domain.uuid(), domain.id)
        }
        // Before the first change: after a failure the domain must be stopped, whatever it runs
        // from.
        let started = try StartedDomain(name, uuid, host.open())
        let record = reservations.record
        let action = try host.rollbackAction { (connection) throws(LibvirtError) in
            // Another session may have taken the domain by force.
            try record.lost.alone(on: name) { () throws(LibvirtError) in
                if record.hold(of: name) == hold { try started.stop(connection) }
            }
        }
        // Last: what is written down must have a rollback.
        try started.note(run)
        let rollback = Rollback(recording: started.journal, action)
        try report(step: "domain '\(name)' is reserved; stopping it")
        try steps.run("stop") {
            try CriticalSection.run {
                try record.step(on: name, hold) {
                    let domain = try started.domain(host.open())
                    if try domain.isActive() { try domain.destroy() }
                }
            }
            // A saved memory image belongs to the old disk.
            try record.step(on: name, hold) {
                try removeManagedSave(started.domain(host.open()))
            }
        }
        try report(step: "copying volume '\(order.from.text)' to its disk")
        try steps.run("copy") {
            let pool = try DirectoryPool(named: order.pool, host.open())
            let target = try CopyTarget(name, in: pool, host.open())
            let overwriting = overwriteGuard(force: order.isForced) {
                try record.check(name, hold)
            }
            try Cancellation.inPart {
                try pool.copy(order.from, to: target, overwriting, progress: &progress)
            }
        }
        try report(step: "starting it")
        try steps.run("start") {
            try gate.exclusively {
                try gate.willStart(started.domain(host.open()))
                try started.noteStart()
                try CriticalSection.run {
                    try record.step(on: name, hold) { try started.domain(host.open()).start() }
                }
            }
            try started.note(started.domain(host.open()).id)
        }
        var results = try results(ofStarted: name, order.waitPort, order.timeout, &steps)
        try record.check(name, hold)
        try Cancellation.settle()
        rollback.commit()
        results.members.append(("seconds", steps.json))
        return results
    }

    /// Waits for a port of a domain that was just started, if it is not `nil`, and returns where it
    /// is reached.
    func results(
        ofStarted name: String, _ waitPort: UInt16?, _ timeout: Double, _ steps: inout Steps
    ) throws -> Reply.Results {
        let forwards = try steps.run("start") { try host.forwards(ofDomain: name) }
        let address: (address: String, port: UInt16)?
        if let port = waitPort {
            try report(step: "waiting until its port \(port) answers")
            let answer = try steps.run("wait") {
                try host.waitForPort(
                    port, ofDomain: name, timeout: timeout, for: client, gate)
            }
            address = (answer.address, answer.port)
        } else {
            address = try steps.run("start") {
                try host.forwardedAddress(of: 22, ofDomain: name, for: client)
            }
        }
        return [
            "domain": .string(name),
            "forwards": .array(forwards.flatMap(\.listed).map(\.json)),
            "address": address.map { .string($0.address) } ?? .null,
            "port": address.map { .integer(Int64($0.port)) } ?? .null,
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

/// The domain as it was reserved. Records which run of it must be stopped if this process is
/// killed.
private struct StartedDomain: Sendable {
    let journal = JournalEntry(isDurable: false)
    private let begun: BegunGuest

    /// Looked up for each step: the client may have undefined the domain, defined another one with
    /// its UUID, and given that one to somebody else. libvirt would then change that one.
    func domain(_ connection: Connection) throws -> Domain {
        do throws(LibvirtError) {
            return try connection.domain(name: begun.name, uuid: begun.uuid)
        } catch {
            guard error.code == .noDomain else { throw error }
            throw RequestError(
                .busy, "domain '\(begun.name)' was undefined or replaced meanwhile",
                object: begun.name)
        }
    }

    /// Stops the domain if it is running: it may have stopped itself, or not have been started yet.
    func stop(_ connection: Connection) throws(LibvirtError) { _ = try begun.stop(connection) }

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
