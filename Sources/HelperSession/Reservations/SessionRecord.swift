package import Logging
package import Policy
import Protocol
import Synchronization
package import System
import Text
package import Wire

/// The domains that a session holds, with their locks; and the file `sessions/PID` in the state
/// directory, in which other sessions read who the session is and which domains it holds. The session
/// keeps it locked, so a file that is not locked belongs to a session that was killed.
///
/// A reservation is a record lock on the domain's lock file. Closing any other descriptor of that
/// file would drop the lock, so this process cannot open it (`LockedFiles`). If the file was removed,
/// others can lock a new one of its name, so `repair` locks that. Until then, and if that fails,
/// sessions know from the file `sessions/PID` who holds the domain.
///
/// With a role the file exists from the start to the end of the session, and must be written: others
/// decide by it whether the session has their identity. Without a role it exists from the first
/// reservation on.
///
/// The log says here when a domain was reserved and released: one grep finds who had it.
package final class SessionRecord: Sendable {
    let state: StateDirectory
    let policy: Policy
    private let client: Client
    private let log: Logger
    private let since = secondsSince1970()
    // The client watch ends the record on its own thread.
    private let shared = Mutex(Shared())

    private struct Shared: ~Copyable {
        var held: [HeldDomain] = []
        /// Locks the file; `nil` as long as there is none.
        var file: LockedFile?
        /// The size of the file in bytes.
        var fileSize = 0
        var hasEnded = false
        /// Tells the user of a repair; `nil` if `beginGuarding` was not called.
        var tell: (@Sendable (String) -> Void)?
        /// Report that lock files, or directories of them, were removed or renamed.
        var alarms: [RemovalAlarm] = []
        /// The domains whose new lock file another process holds, as was reported.
        var disputed: Set<[UInt8]> = []
    }

    /// A lock in a class, because an optional noncopyable value is hard to use.
    private final class LockedFile: Sendable {
        let lock: RecordLock
        init(_ lock: consuming RecordLock) { self.lock = lock }
    }

    private final class HeldDomain: Sendable {
        let name: String
        /// When it was reserved, in seconds since 1970.
        let since: Int64
        let lock: RecordLock

        init(_ name: String, since: Int64, _ lock: consuming RecordLock) {
            self.name = name
            self.since = since
            self.lock = lock
        }

        /// Swift considers names equal that libvirt does not.
        func isNamed(_ name: String) -> Bool {
            // Most names differ for Swift too, which finds that faster.
            self.name == name && self.name.utf8.elementsEqual(name.utf8)
        }
    }

    package init(
        _ state: StateDirectory, _ client: Client, _ policy: Policy, _ log: Logger
    ) {
        self.state = state
        self.client = client
        self.policy = policy
        self.log = log
    }

    /// Publishes who the session is, if it has a role. Throws if its identity has as many sessions
    /// as the role permits.
    package func begin() throws {
        guard let role = policy.reportedRole else { return }
        do throws(SystemError) {
            try state.make()
            try prepareDirectory()
        } catch { throw unwritable(error) }
        try alone { others in
            let count = try others().sharing(identityOf: facts).count
            if let limit = policy.limits?.maxSessions, count >= limit {
                throw RequestError(
                    .denied,
                    "identity '\(facts.identity)' has \(count) sessions already, and role "
                        + "'\(role.name)' permits \(limit) ('max-sessions')")
            }
            do throws(SystemError) {
                try shared.withLock { (shared) throws(SystemError) in try publish(&shared) }
            } catch { throw unwritable(error) }
        }
    }

    /// Runs `body`, which may ask what the other sessions say about themselves. Meanwhile no other
    /// session reserves a domain, and none with a role begins.
    func alone<Value>(
        _ body: (_ others: () throws -> OtherSessions) throws -> Value
    ) throws -> Value {
        let result: Result<Value, any Error>
        do throws(SystemError) {
            let lock = try lockSessions()
            result = lock.held { Result { try body(readOthers) } }
        } catch {
            try accept(error)
            result = Result { try body { .unknown } }
        }
        return try result.get()
    }

    private func readOthers() throws -> OtherSessions {
        do throws(SystemError) { return try OtherSessions(state) } catch {
            try accept(error)
            return .unknown
        }
    }

    /// Without a role, sessions that cannot be read are logged only: the reservation is the lock.
    private func accept(_ error: SystemError) throws(RequestError) {
        let message = "cannot read the sessions in '\(state.sessions)'"
        if policy.reportedRole != nil { throw RequestError(message, error) }
        log.warning("\(message): \(error.message)")
    }

    private func lockSessions() throws(SystemError) -> ExclusiveLock {
        let limit = Duration.seconds(10)
        do throws(SystemError) {
            return try ExclusiveLock(directory: state.sessions, within: limit)
        } catch {
            guard error == .noSuchFile else { throw error }
            try prepareDirectory()
            return try ExclusiveLock(directory: state.sessions, within: limit)
        }
    }

    private func unwritable(_ error: SystemError) -> RequestError {
        RequestError("cannot write '\(state.session(ProcessInformation.id))'", error)
    }

    /// The facts about this session.
    var facts: SessionFacts { shared.withLock { facts(held: $0.held) } }

    /// Whether the session holds a domain.
    func holds(_ domain: String) -> Bool {
        shared.withLock { $0.held.contains { $0.isNamed(domain) } }
    }

    /// The number of domains that the session holds.
    var heldCount: Int { shared.withLock { $0.held.count } }

    private func facts(held domains: [HeldDomain]) -> SessionFacts {
        let held = domains.map { ($0.name, $0.since) }
        let user = client.user
        guard let role = policy.reportedRole, let identity = policy.identity else {
            return SessionFacts(
                identity: client.reservationName ?? user, user: user, peer: client.peer,
                since: since, domains: held)
        }
        return SessionFacts(
            identity: identity, role: role.name, note: client.reservationName, user: user,
            peer: client.peer, since: since, domains: held)
    }

    /// Locks a domain that this session does not hold, and writes that down; returns false if
    /// another process holds the lock. With a role it throws if the file cannot be written.
    func take(_ domain: String) throws(SystemError) -> Bool {
        guard let path = state.lock(of: domain), let lock = try acquireLock(path) else {
            return false
        }
        let taken = HeldDomain(domain, since: secondsSince1970(), lock)
        log.info("reserved domain '\(domain)'")
        try shared.withLock { (shared) throws(SystemError) in
            shared.held.append(taken)
            do throws(SystemError) { try write(&shared) } catch {
                shared.held.removeLast()
                log.info("released domain '\(domain)'")
                throw error
            }
            if shared.alarms.isEmpty { setAlarms(&shared) }
        }
        return true
    }

    /// Releases a domain; returns false if this session does not hold it.
    func release(_ domain: String) -> Bool {
        shared.withLock { shared in
            guard let index = shared.held.firstIndex(where: { $0.isNamed(domain) }) else {
                return false
            }
            let released = shared.held.remove(at: index)
            log.info("released domain '\(domain)'")
            // Before the lock is dropped, which wakes sessions that wait: they read the file.
            withExtendedLifetime(released) { writeIfPossible(&shared) }
            return true
        }
    }

    /// We never remove a lock file, not even on release: one process could then lock the old file,
    /// and another a new one of the same name.
    private func acquireLock(_ path: String) throws(SystemError) -> RecordLock? {
        do throws(SystemError) { return try RecordLock.acquire(path) } catch {
            // Somebody may have removed the directory since the session began.
            guard error == .noSuchFile else { throw error }
            try state.make()
            return try RecordLock.acquire(path)
        }
    }

    // MARK: Removed files

    /// Repairs what others remove from the state directory as soon as that happens, and not only
    /// before the next reservation. The process must handle `RemovalAlarm.signal` by a call of
    /// `repairAfterAlarm`. `tell` must not block.
    package func beginGuarding(_ tell: @escaping @Sendable (String) -> Void) {
        shared.withLock { shared in
            shared.tell = tell
            if shared.file != nil { setAlarms(&shared) }
        }
    }

    /// Called after `RemovalAlarm.signal`, on the thread of the client watch.
    package func repairAfterAlarm() {
        shared.withLock { shared in
            guard !shared.hasEnded else { return }
            _ = repair(&shared)
            // The directories may be new ones.
            setAlarms(&shared)
        }
    }

    /// If lock files of held domains were removed or replaced, e.g. with their directory, locks
    /// those that are there now, so that the Python helper sees the locks too; and writes the
    /// session's own file again if it is missing.
    func repair() {
        shared.withLock { shared in
            guard !shared.hasEnded, !shared.held.isEmpty, repair(&shared) else { return }
            setAlarms(&shared)
        }
    }

    /// Returns whether there was something to repair.
    private func repair(_ shared: inout Shared) -> Bool {
        var locked: [String] = []
        // If only `locks` is missing, no file in it can be locked, and its creation causes an alarm.
        do throws(SystemError) { if !pathExists(state.path) { try state.make() } } catch {
            log.error("cannot make '\(state.path)' again: \(error.message)")
        }
        let path = state.session(ProcessInformation.id)
        var isFileLost = false
        if let file = shared.file { isFileLost = !file.lock.isAt(path) }
        // First, because without a lock file only this one tells others of the domains.
        if isFileLost { writeIfPossible(&shared) }
        guard pathExists(state.locks) else { return isFileLost }
        for (index, domain) in shared.held.enumerated() {
            guard let path = state.lock(of: domain.name), !domain.lock.isAt(path) else { continue }
            do throws(SystemError) {
                guard let lock = try RecordLock.acquire(path) else {
                    reportDispute(domain.name, path, &shared)
                    continue
                }
                shared.held[index] = HeldDomain(domain.name, since: domain.since, lock)
                locked.append("'\(domain.name)'")
            } catch {
                log.error("cannot lock '\(path)' again: \(error.message)")
            }
        }
        guard !locked.isEmpty else { return isFileLost }
        let names = locked.joined(separator: ", ")
        report(
            "lock files in '\(state.locks)' were removed or replaced while this session held them; "
                + "locked again: \(names)", shared)
        return true
    }

    private func reportDispute(_ domain: String, _ path: String, _ shared: inout Shared) {
        guard shared.disputed.insert(Array(domain.utf8)).inserted else { return }
        report(
            "the lock file of domain '\(domain)' was removed or replaced while this session held "
                + "it, and another process has locked '\(path)': both use the domain", shared)
    }

    private func report(_ message: String, _ shared: borrowing Shared) {
        log.error("\(message)")
        shared.tell?(message)
    }

    private func setAlarms(_ shared: inout Shared) {
        guard shared.tell != nil else { return }
        shared.alarms = []
        do throws(SystemError) {
            shared.alarms.append(try RemovalAlarm(state.path, creations: true))
            shared.alarms.append(try RemovalAlarm(state.locks))
        } catch {
            // If `locks` is missing, its creation will be reported. Otherwise the next reservation
            // repairs what was removed until then.
            log.debug("cannot watch '\(state.path)': \(error.message)")
        }
    }

    // MARK: The file

    /// Records a new reservation name.
    func update() {
        shared.withLock { shared in
            guard shared.file != nil else { return }
            writeIfPossible(&shared)
        }
    }

    /// Removes the file, and logs which domains are released by the end of the session.
    package func end() {
        shared.withLock { shared in
            guard !shared.hasEnded else { return }
            shared.hasEnded = true
            for domain in shared.held {
                log.info("released domain '\(domain.name)' at the end of the session")
            }
            guard shared.file != nil else { return }
            // Before the lock is dropped: a name without a lock would look like a killed session's.
            do throws(SystemError) { try removeFile(state.session(ProcessInformation.id)) } catch {
                // The next session removes it.
            }
        }
    }

    /// Without a role, a file that cannot be written is logged only: the reservation is the lock.
    private func write(_ shared: inout Shared) throws(SystemError) {
        guard !shared.hasEnded else { return }
        do throws(SystemError) {
            if shared.file == nil { try prepareDirectory() }
            do throws(SystemError) { try publish(&shared) } catch {
                // Somebody may have removed the directory.
                guard error == .noSuchFile else { throw error }
                try prepareDirectory()
                try publish(&shared)
            }
        } catch {
            logUnwritable(error)
            if policy.reportedRole != nil { throw error }
        }
    }

    /// If this fails, the file still names a domain that was released.
    private func writeIfPossible(_ shared: inout Shared) {
        do throws(SystemError) { try write(&shared) } catch {
            // `write` has logged it.
        }
    }

    private func publish(_ shared: inout Shared) throws(SystemError) {
        var bytes: [UInt8] = []
        facts(held: shared.held).json.write(to: &bytes)
        let path = state.session(ProcessInformation.id)
        if let file = shared.file, file.lock.isAt(path) {
            try file.lock.rewrite(&bytes, old: shared.fileSize)
        } else {
            shared.file = LockedFile(try RecordLock.publish(bytes, as: path))
        }
        shared.fileSize = bytes.count
    }

    private func logUnwritable(_ error: SystemError) {
        log.warning("cannot write '\(state.session(ProcessInformation.id))': \(error.message)")
    }

    private func prepareDirectory() throws(SystemError) {
        // `connect` begins without a session, which would have made it.
        try state.make()
        try Directory.make(state.sessions, mode: StateDirectory.directoryMode)
        removeLeftovers()
    }

    /// Removes the files of killed sessions whose process ID no process has now. Others stay: they
    /// are not locked, so no session reads them.
    private func removeLeftovers() {
        do throws(SystemError) {
            let directory = try Directory(state.sessions)
            for name in try directory.names() {
                guard let process = Int32(name.prefix { $0 != "." }),
                    !ProcessInformation.exists(process)
                else { continue }
                do throws(SystemError) { try directory.remove(name) } catch {
                    guard error.concernsOneFile else { throw error }
                    log.warning("cannot remove '\(state.sessions)/\(name)': \(error.message)")
                }
            }
        } catch {
            log.warning("cannot remove old files in '\(state.sessions)': \(error.message)")
        }
    }
}
