package import Logging
package import Policy
import Protocol
import Synchronization
package import System
import Text
package import Wire

/// Who a session is and which domains it holds, for other sessions to read: the file
/// `sessions/PID` in the state directory. The session keeps it locked, so a file that is not
/// locked belongs to a session that was killed.
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
        /// The names of the domains, and when they were reserved.
        var held: [(name: String, since: Int64)] = []
        /// Locks the file; `nil` as long as there is none.
        var file: RecordLock?
        var hasEnded = false
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
        try counting { others in
            if let limit = policy.limits?.maxSessions, others.count >= limit {
                throw RequestError(
                    .denied,
                    "identity '\(facts.identity)' has \(others.count) sessions already, and role "
                        + "'\(role.name)' permits \(limit) ('max-sessions')")
            }
            do throws(SystemError) {
                try shared.withLock { (shared) throws(SystemError) in try publish(&shared) }
            } catch { throw unwritable(error) }
        }
    }

    /// Runs `body` with the facts about the other sessions of the same identity. Meanwhile none of
    /// them begins or reserves a domain.
    func counting<Value>(_ body: (_ others: [SessionFacts]) throws -> Value) throws -> Value {
        guard policy.identity != nil else { return try body([]) }
        let own = facts
        do {
            let lock = try ExclusiveLock(directory: state.sessions)
            let others = try SessionFacts.ofOthers(state).filter { $0.hasSameIdentity(as: own) }
            return try lock.held { try body(others) }
        } catch let error as SystemError {
            throw RequestError("cannot count the sessions in '\(state.sessions)'", error)
        }
    }

    private func unwritable(_ error: SystemError) -> RequestError {
        RequestError("cannot write '\(state.session(ProcessInformation.id))'", error)
    }

    /// The facts about this session.
    var facts: SessionFacts { shared.withLock { facts(held: $0.held) } }

    private func facts(held: [(name: String, since: Int64)]) -> SessionFacts {
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

    /// Records that this session has reserved a domain. With a role it throws if that fails.
    func add(_ domain: String) throws(SystemError) {
        log.info("reserved domain '\(domain)'")
        try shared.withLock { (shared) throws(SystemError) in
            shared.held.append((domain, secondsSince1970()))
            do throws(SystemError) { try write(&shared) } catch {
                shared.held.removeLast()
                log.info("released domain '\(domain)'")
                throw error
            }
        }
    }

    /// Records that this session has released a domain.
    func remove(_ domain: String) {
        log.info("released domain '\(domain)'")
        shared.withLock { shared in
            shared.held.removeAll { $0.name.utf8.elementsEqual(domain.utf8) }
            writeIfPossible(&shared)
        }
    }

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
            try publish(&shared)
        } catch {
            logUnwritable(error)
            if policy.reportedRole != nil { throw error }
        }
    }

    /// What the file says meanwhile is more than is true: a domain that was released.
    private func writeIfPossible(_ shared: inout Shared) {
        do throws(SystemError) { try write(&shared) } catch {
            // `write` has logged it.
        }
    }

    private func publish(_ shared: inout Shared) throws(SystemError) {
        var bytes: [UInt8] = []
        facts(held: shared.held).json.write(to: &bytes)
        shared.file = try RecordLock.publish(bytes, as: state.session(ProcessInformation.id))
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
                try directory.remove(name)
            }
        } catch {
            log.warning("cannot remove old files in '\(state.sessions)': \(error.message)")
        }
    }
}
