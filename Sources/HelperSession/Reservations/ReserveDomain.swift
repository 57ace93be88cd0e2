import Libvirt
import Logging
import Policy
import Protocol
import System
import Text
import Wire

extension Session {
    /// Reserves one free domain, chosen at random. If all are taken, waits as long as the order
    /// says, and reports the position in the queue to `progress`.
    func reserve(_ order: ReservationOrder, progress: inout Progress) throws -> String {
        let deadline = order.wait.map { ContinuousClock.now + .seconds($0) }
        // Without a wait, libvirt may take its usual time.
        return try host.opening(until: deadline) {
            let name = try search(order, until: deadline, progress: &progress)
            let hold = reservations.record.hold(of: name)
            audit.add(.domain, name)
            try complete(order, of: name, hold)
            return name
        }
    }

    private func search(
        _ order: ReservationOrder, until deadline: ContinuousClock.Instant?,
        progress: inout Progress
    ) throws -> String {
        let search = try DomainSearch(self, order, until: deadline)
        if let name = try search.reserveNow() { return name }
        // All are taken, so no attempt has compared the limit.
        try reservations.checkLimit()
        guard let deadline else { throw try search.allTaken(waited: false) }
        return try search.wait(until: deadline, progress: &progress)
    }
}

/// A request that needs one of the domains that match its filter.
private final class DomainSearch {
    private let session: Session
    private let order: ReservationOrder
    private let queue: ReservationQueue
    private let uri: String
    private var names: [String]
    /// The requests ahead that have left a free domain alone.
    private var idle: IdleWaiters

    private var reservations: ReservedDomains { session.reservations }
    private var host: HostConnection { session.host }

    init(
        _ session: Session, _ order: ReservationOrder, until deadline: ContinuousClock.Instant?
    ) throws {
        self.session = session
        self.order = order
        names = try order.filter.matching(session.firstList(until: deadline))
        uri = try session.uriOfHost()
        queue = ReservationQueue(session.reservations.state, uri: uri)
        idle = IdleWaiters(queue, patience: Self.patience, session.log)
    }

    /// How long a request may leave a free domain alone before others pass it over: a process may
    /// be stopped.
    private static let patience = Duration.seconds(1)

    /// Without waiting in the queue; `nil` if all domains are taken.
    func reserveNow() throws -> String? {
        let rank = ReservationQueue.rank(order.priority)
        guard order.wait == nil else { return try tryAll(before: rank).value }
        return try Attempt.repeated(patience: Self.patience, pauses: 2...100) {
            try tryAll(before: rank)
        }.value
    }

    func wait(
        until deadline: ContinuousClock.Instant, progress: inout Progress
    ) throws -> String {
        let goal = Waiter.Goal.domain(
            filter: order.filter.text, visible: reservations.record.policy.visibleDomains)
        let wait = try QueueWait(
            session, queue,
            Waiter(goal, priority: order.priority, note: order.note, uri, reservations.record),
            DomainChangeEvents(host, [.defined, .undefined]))
        let name = try wait.run(
            until: deadline, progress: &progress,
            step: "all matching domains are taken; waiting for a release",
            refresh: { names = try order.filter.matching(session.persistentDomains()) },
            attempt: { rank, _ in try tryAll(before: rank) })
        guard let name else { throw try allTaken(waited: true) }
        return name
    }

    // MARK: Attempts

    private func tryAll(before rank: String?) throws -> Attempt<String> {
        reservations.record.repair()
        var attempt = Attempt<String>()
        var failure: (name: String, error: SystemError)?
        var isAnyHeld = false
        var ahead: [QueuedWaiter]?
        idle.beginAttempt()
        // In a fixed order, clients that start together would all try the same domain.
        for name in names.shuffled() {
            do {
                // Ask first: a failed attempt closes a writable file, which wakes all waiters.
                if try reservations.isFree(name) {
                    let others =
                        try ahead ?? waiters(before: rank)
                    ahead = others.filter { !($0.accepts(name) && idle.passOver($0)) }
                    if let first = ahead?.first(where: { $0.accepts(name) }) {
                        attempt.isLeftToOthers = true
                        attempt.retry(at: idle.see(first).nextLook)
                    } else if try reservations.reserve(name, note: order.note) {
                        attempt.value = name
                        return attempt
                    } else {
                        // A session that is being killed drops the lock of a domain, which is an
                        // event, a moment before its file `sessions/PID` loses its own.
                        attempt.retry(at: .now + .milliseconds(100))
                    }
                }
                isAnyHeld = true
            } catch let error as SystemError {
                // Other domains may have a lock file that can be used.
                if failure?.error.concernsOneFile != false { failure = (name, error) }
            }
        }
        // If other domains are held, waiting for their release can succeed, unless the directory
        // itself cannot be used.
        if let failure, !isAnyHeld || !failure.error.concernsOneFile {
            throw lockError(failure.name, failure.error)
        }
        return attempt
    }

    private func waiters(before rank: String?) throws -> [QueuedWaiter] {
        do throws(SystemError) {
            return try queue.waiters(before: rank).filter(\.waiter.goal.isDomain)
        } catch {
            // Not a `SystemError`, which concerns the lock of a domain.
            throw RequestError("cannot read the queue in '\(reservations.state.queue)'", error)
        }
    }

    // MARK: Errors

    /// Clients compare the message. A person is told more: who has the domains.
    func allTaken(waited: Bool) throws -> RequestError {
        let message = "no domain could be reserved"
        guard session.isInWords else { return RequestError(.busy, message) }
        var lines = try names.prefix(10).compactMap { name in
            try reservations.survey([name]).detailedHolder(of: name).map {
                "\(name) is held by \($0.text)"
            }
        }
        if names.count > 10 { lines.append("'reservations' lists the others") }
        if !waited { lines.append("wait=10m waits until one is released") }
        return RequestError(.busy, message, hint: "\(lines.joined(separator: "\n"))")
    }

    private func lockError(_ name: String, _ error: SystemError) -> RequestError {
        let message = "cannot lock domain '\(name)' in '\(reservations.directory)'"
        let kind = reservations.state.lock(of: name).flatMap { path -> FileStatus.Kind? in
            do throws(SystemError) {
                return try FileStatus(of: path, following: false).kind
            } catch { return nil }
        }
        let isWhat =
            switch kind {
            case nil, .regular: error.message
            case .symbolicLink: "its lock file is a symbolic link instead of a regular file"
            case .directory: "its lock file is a directory instead of a regular file"
            case .blockDevice, .other: "its lock file is not a regular file"
            }
        return RequestError(RequestError.Kind(error), "\(message): \(isWhat)")
    }
}

extension Session {
    /// The persistent domains. If the session waits, it retries for as long as opening a connection
    /// may take (`Connection.openLimit`), because the daemon may be restarting.
    fileprivate func firstList(until deadline: ContinuousClock.Instant?) throws -> [String] {
        let end = deadline.map { min($0, .now + Connection.openLimit) }
        var delay = Duration.milliseconds(100)
        while true {
            do { return try persistentDomains() } catch let error as RequestError {
                guard error.libvirt?.isLoss == true, let end, .now + delay < end else {
                    throw error
                }
            }
            try pauseOrCancel(milliseconds: UInt32(delay / .milliseconds(1)))
            delay = min(delay * 2, .seconds(2))
        }
    }
}
