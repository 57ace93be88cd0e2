import Lifetime
package import Logging
package import Policy
package import Protocol
import Synchronization
package import System
import Text
package import Wire

/// The domains that a session holds, with their locks; and the file `sessions/PID` in the state
/// directory, in which other sessions read who the session is and which domains it holds. The
/// session keeps it locked, so a file that is not locked belongs to a session that was killed.
///
/// A reservation is a record lock on the domain's lock file. Closing any other descriptor of that
/// file would drop the lock, so this process cannot open it (`LockedFiles`). If the file was
/// removed, others can lock a new one of its name, so `repair` locks that. Until then, and if that
/// fails, sessions know from the file `sessions/PID` who holds the domain.
///
/// With a role the file exists from the start to the end of the session, and must be written:
/// others decide by it whether the session has their identity. Without a role it exists from the
/// first reservation on.
///
/// The log says here when a domain was reserved and released: one grep finds who had it.
package final class SessionRecord: Sendable {
    let state: StateDirectory
    let policy: Policy
    let client: Client
    let log: Logger
    let audit: AuditLog
    let lost = LostDomains()
    let since = secondsSince1970()
    // The client watch ends the record on its own thread.
    let shared = Mutex(Shared())

    struct Shared: ~Copyable {
        var held: [HeldDomain] = []
        /// Locks the file; `nil` as long as there is none.
        var file: LockedFile?
        /// The size of the file in bytes.
        var fileSize = 0
        /// Whether the session is ending: it still holds its domains, and takes no others.
        var isEnding = false
        /// Whether the file was removed, or is not to be written.
        var hasEnded = false
        /// Tells the user of a repair; `nil` if `beginGuarding` was not called.
        var tell: (@Sendable (String) -> Void)?
        /// Report that lock files, or directories of them, were removed or renamed.
        var alarms: [RemovalAlarm] = []
        /// The domains whose new lock file another process holds, as was reported.
        var disputed: Set<[UInt8]> = []
        /// Woken when a domain is released.
        var listener: Wakeup?
        /// When the client was lost and the leases began, in seconds since 1970.
        var leasesBegan: Int64?
        /// The requests that are taking over domains with a lease.
        var resumingCount = 0
    }

    package init(
        _ state: StateDirectory, _ client: Client, _ policy: Policy, _ log: Logger,
        _ audit: AuditLog = .none
    ) {
        self.audit = audit
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
            // What a lost session, or one that is ending, holds counts as its domains only. A session
            // whose record cannot be read may have any identity.
            let others = try others()
            let known = others.sharing(identityOf: facts).count {
                !$0.hasLostClient && !$0.isEnding
            }
            let count = known + others.unreadableCount
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
        try showGuests()
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

    func readOthers() throws -> OtherSessions {
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
    var facts: SessionFacts { shared.withLock { facts($0) } }

    /// Whether the session holds a domain.
    func holds(_ domain: String) -> Bool {
        shared.withLock { $0.held.contains { $0.isNamed(domain) } }
    }

    /// Notes that the request of this thread changes a domain, if others can run beside it. Throws
    /// if one of them is giving the domain back.
    func noteUse(of domain: String) throws(Busy) {
        guard let request = Cancellation.current else { return }
        try shared.withLock { (shared) throws(Busy) in
            guard let index = shared.held.firstIndex(where: { $0.isNamed(domain) }) else { return }
            guard !shared.held[index].isBeingReleased else {
                throw Busy("domain '\(domain)' is being released")
            }
            shared.held[index].users.removeAll { $0.hasEnded || $0 === request }
            shared.held[index].users.append(request)
        }
    }

    /// Whether another request of the session that is still running has reserved the domain or
    /// changes it: the domain must not be released before.
    func isInUse(_ domain: String) -> Bool {
        shared.withLock { $0.held.first { $0.isNamed(domain) }?.isInUse == true }
    }

    /// The present reservation of a domain by this session; `nil` if it has none.
    func hold(of domain: String) -> Hold? {
        shared.withLock { $0.held.first { $0.isNamed(domain) }?.hold }
    }

    /// The number of domains that the session holds, without its guests on demand.
    var heldCount: Int { shared.withLock { $0.held.count { $0.needs == nil } } }

    private func facts(_ shared: borrowing Shared) -> SessionFacts {
        var facts = facts(held: shared.held)
        facts.isEnding = shared.isEnding
        return facts
    }

    private func facts(held domains: [HeldDomain]) -> SessionFacts {
        let held = domains.map {
            HeldSince(name: $0.name, since: $0.since, note: $0.note, lease: $0.lease)
        }
        let guests = domains.compactMap { domain in domain.needs.map { (domain.name, $0) } }
        let user = client.user
        guard let role = policy.reportedRole, let identity = policy.identity else {
            return SessionFacts(
                identity: client.reservationName ?? user, user: user, peer: client.peer,
                since: since, domains: held, guests: guests)
        }
        return SessionFacts(
            identity: identity, role: role.name, note: client.reservationName, user: user,
            peer: client.peer, since: since, domains: held, guests: guests)
    }

    /// Locks a domain that this session does not hold, and writes that down; returns false if
    /// another process holds the lock. With a role it throws if the file cannot be written.
    /// `needs`: of a guest on demand, which does not exist yet.
    func take(
        _ domain: String, note: String? = nil, _ needs: GuestNeeds? = nil, hasOwnName: Bool = false
    ) throws(SystemError) -> Bool {
        guard let path = state.lock(of: domain) else { return false }
        return try shared.withLock { (shared) throws(SystemError) in
            // The end of the session removes what has been made until then.
            guard !shared.isEnding, let lock = try acquireLock(path) else { return false }
            lost.remove(domain)
            shared.held.append(
                HeldDomain(
                    hold: Hold(), name: domain, since: secondsSince1970(), note: note, needs: needs,
                    hasOwnName: hasOwnName, lock: LockedFile(lock),
                    users: [Cancellation.current].compactMap { $0 }))
            log.info("reserved domain '\(domain)'")
            do throws(SystemError) { try write(&shared) } catch {
                let lost = shared.held.removeLast()
                withExtendedLifetime(lost) { removeLockFile(lost) }
                log.info("released domain '\(domain)'")
                throw error
            }
            if shared.alarms.isEmpty { setAlarms(&shared) }
            return true
        }
    }

    /// Sets what stops the guest before the release of a domain. Returns false if the session does
    /// not have that reservation any more, or is giving it back: then nothing runs it.
    func setStop(_ stop: LastingRollback, of hold: Hold?) -> Bool {
        shared.withLock { shared in
            guard let index = shared.held.firstIndex(where: { $0.hold == hold }),
                !shared.held[index].isBeingReleased
            else { return false }
            shared.held[index].stop = stop
            return true
        }
    }

    /// Releases a domain; returns false if this session does not hold it.
    func release(_ domain: String) -> Bool { release(domain, unlessInUse: false) == .released }

    enum Release { case released, notHeld, inUse }

    /// Releases a domain. `unlessInUse`: not if `isInUse`.
    func release(_ domain: String, unlessInUse: Bool) -> Release {
        var hold: Hold?
        var stop: LastingRollback?
        let isInUse = shared.withLock { shared in
            guard let index = shared.held.firstIndex(where: { $0.isNamed(domain) }) else {
                return false
            }
            guard !unlessInUse || !shared.held[index].isInUse else { return true }
            // No request begins to change the domain from here on.
            shared.held[index].isBeingReleased = true
            (hold, stop) = (shared.held[index].hold, shared.held[index].stop)
            return false
        }
        guard !isInUse else { return .inUse }
        // Not while the list is locked: libvirt may take its time.
        stop?.run()
        return shared.withLock { shared in
            // Another thread may have given it back meanwhile.
            guard let index = shared.held.firstIndex(where: { $0.hold == hold }) else {
                return .notHeld
            }
            let released = shared.held.remove(at: index)
            log.info("released domain '\(domain)'")
            // Before the lock is dropped, which wakes sessions that wait: they read the file.
            withExtendedLifetime(released) { writeIfPossible(&shared) }
            shared.listener?.wake()
            return .released
        }
    }

    /// The same for a guest on demand.
    func release(guest name: String) {
        shared.withLock { shared in
            guard let index = shared.held.firstIndex(where: { $0.isNamed(name) }) else { return }
            // Before `repair` would lock a new one.
            removeLockFile(shared.held[index])
            let released = shared.held.remove(at: index)
            log.info("released guest '\(name)'")
            withExtendedLifetime(released) { writeIfPossible(&shared) }
            shared.listener?.wake()
        }
    }

    private func removeLockFile(_ guest: HeldDomain) {
        guard guest.hasOwnName, let path = state.lock(of: guest.name) else { return }
        // If it stays, or if the session is killed before the journal has the guest, it is an empty
        // file of a name that no domain will have again.
        do throws(SystemError) { try removeFile(path) } catch {}
    }

    /// We never remove the lock file of another domain, not even on release: one process could then
    /// lock the old file, and another a new one of the same name.
    func acquireLock(_ path: String) throws(SystemError) -> RecordLock? {
        do throws(SystemError) { return try RecordLock.acquire(path) } catch {
            // Somebody may have removed the directory since the session began.
            guard error == .noSuchFile else { throw error }
            try state.make()
            return try RecordLock.acquire(path)
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

    /// The session takes no other domains from now on. Until `end` it holds what it has, for its
    /// rollbacks, and others read that.
    package func beginEnd() {
        shared.withLock { shared in
            guard !shared.isEnding else { return }
            shared.isEnding = true
            if shared.file != nil { writeIfPossible(&shared) }
        }
    }

    /// Removes the file, and logs which domains are released by the end of the session.
    package func end() {
        shared.withLock { shared in
            guard !shared.hasEnded else { return }
            (shared.isEnding, shared.hasEnded) = (true, true)
            for domain in shared.held {
                // The session may have been ended before the guest had a rollback.
                removeLockFile(domain)
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
    func write(_ shared: inout Shared) throws(SystemError) {
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
    func writeIfPossible(_ shared: inout Shared) {
        do throws(SystemError) { try write(&shared) } catch {
            // `write` has logged it.
        }
    }

    private func publish(_ shared: inout Shared) throws(SystemError) {
        var bytes: [UInt8] = []
        facts(shared).json.write(to: &bytes)
        guard bytes.count <= SessionFacts.sizeLimit else { throw .tooLarge }
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
