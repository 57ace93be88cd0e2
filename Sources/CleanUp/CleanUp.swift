package import Libvirt
package import Lifetime
package import System

/// Undoes the unfinished steps of ended sessions, with the rights of this process. What cannot be
/// undone stays in the journal.
package final class CleanUp {
    private let state: StateDirectory
    private let journal: Journal
    /// The domains that use a volume.
    private let users: VolumeUsers
    /// Locked for this process until they are undone.
    private var left: [Journal.Leftover] = []
    private var connections: [String: Connection] = [:]
    /// The hosts that this pass could not reach: each is tried once, and not for each record.
    private var unreachable: [String: LibvirtError] = [:]

    package typealias VolumeUsers = (TemporaryVolume, Connection) throws -> [String]

    package init(_ state: StateDirectory, users: @escaping VolumeUsers) {
        self.state = state
        self.users = users
        journal = Journal(state)
    }

    /// What one pass has done.
    package struct Result {
        /// One line for each thing that was undone, e.g. `removed temporary file '/pool/.x'`.
        package var undone: [String] = []
        /// One line for each thing that is left, with the reason.
        package var failed: [String] = []
        /// Whether trying again makes sense: a damaged record is left to the administrator.
        package var hasUnfinished = false
    }

    /// Tries once to undo each step in the journal.
    package func pass() throws(SystemError) -> Result {
        var result = Result()
        unreachable = [:]
        // The administrator may have removed what cannot be undone.
        left = try left.filter { $0.record?.isPresent ?? true } + journal.leftovers()
        var kept: [Journal.Leftover] = []
        /// A session's older volumes wait for what was begun after them, which may use them.
        var waiting: Set<String> = []
        for leftover in left {
            switch leftover.begun {
            case .failure(let damage):
                result.failed.append("record '\(leftover.path)' is damaged: \(damage.problem)")
            case .success(let begun):
                do {
                    guard !begun.isVolume || !waiting.contains(leftover.session) else {
                        throw CleanUpFailure(reason: "it waits for what was begun after it")
                    }
                    if let line = try undo(begun, of: leftover.session) {
                        logUndone(line)
                        result.undone.append(line)
                    }
                    leftover.record?.remove()
                } catch {
                    // Nothing older depends on a temporary file.
                    if case .temporaryName = begun {} else { waiting.insert(leftover.session) }
                    kept.append(leftover)
                    result.failed.append("cannot undo \(begun.text): \(reason(error))")
                    result.hasUnfinished = true
                }
            }
        }
        left = kept
        return result
    }

    private func reason(_ error: any Error) -> String {
        switch error {
        case let error as LibvirtError: error.message
        case let error as SystemError: error.message
        case let error as CleanUpFailure: error.reason
        default: "unknown error"
        }
    }

    /// What was done, in words; `nil` if nothing had to be done.
    private func undo(_ begun: Begun, of session: String) throws -> String? {
        switch begun {
        case .temporaryName(let name):
            return try name.remove() ? "removed \(begun.text)" : nil
        case .volume(let volume):
            let isRemoved = try withConnection(volume.uri) { (connection) throws(LibvirtError) in
                try insisting { () throws(LibvirtError) in try volume.remove(connection) }
            }
            return isRemoved ? "removed \(begun.text)" : nil
        case .temporaryVolume(let volume):
            // Most have been removed by their users.
            if try volume.isGone { return nil }
            let isRemoved = try withConnection(volume.uri) { connection in
                try volume.remove(connection) {
                    // The holder of a domain expects its disk, also while it does not run.
                    try users(volume, connection).first(where: isReserved)
                }
            }
            return isRemoved ? "removed \(begun.text)" : nil
        case .guest(let guest):
            if let boot = guest.boot, boot != ProcessInformation.boot { return nil }
            return try stop(guest, of: session) ? "stopped \(begun.text)" : nil
        case .clone(let clone):
            let hasStopped = try !clone.hasLostDomain && stop(clone, of: session)
            let wasAny = try clone.removeFiles()
            return hasStopped || wasAny ? "removed \(begun.text)" : nil
        }
    }

    private func isReserved(_ domain: String) throws(SystemError) -> Bool {
        guard let path = state.lock(of: domain) else { return false }
        return try RecordLock.holder(path) != nil
    }

    private func stop(_ guest: BegunGuest, of session: String) throws -> Bool {
        // Before the reservation is taken: a daemon that does not answer must not block it.
        try withConnection(guest.uri) { connection in
            try insisting {
                // A session that holds the domain now decides what runs there.
                try whileFree(guest.name, of: session) { try guest.stop(connection) } ?? false
            }
        }
    }

    private func stop(_ clone: BegunClone, of session: String) throws -> Bool {
        try withConnection(clone.uri) { connection in
            try insisting {
                let isStopped = try whileFree(clone.name, of: session) {
                    try clone.stop(connection)
                }
                if let isStopped { return isStopped }
                guard try clone.domain(connection) == nil else {
                    throw CleanUpFailure(reason: "another session has reserved it")
                }
                return false
            }
        }
    }

    /// Runs `body` while no session can reserve the domain; `nil` if one has reserved it already.
    private func whileFree(
        _ domain: String, of session: String, _ body: () throws -> Bool
    ) throws -> Bool? {
        guard let path = state.lock(of: domain), pathExists(path) else { return try body() }
        if let holder = try RecordLock.holder(path) {
            // Names of sessions begin with their process.
            guard session.prefix(while: { $0 != "-" }) != String(holder) else {
                throw CleanUpFailure(reason: "its session has not ended yet")
            }
            return nil
        }
        guard let lock = try RecordLock.acquire(path) else { return nil }
        let isStopped = try body()
        _ = consume lock
        return isStopped
    }

    /// Runs `body` again if it finds nothing: libvirt may still be executing the last call of a
    /// session that was just killed.
    private func insisting<Failure>(_ body: () throws(Failure) -> Bool) throws(Failure) -> Bool {
        if try body() { return true }
        pause(milliseconds: 200)
        return try body()
    }

    private func connection(_ uri: String) throws(LibvirtError) -> Connection {
        if let connection = connections[uri] { return connection }
        if let error = unreachable[uri] { throw error }
        do throws(LibvirtError) {
            let connection = try Connection.open(uri, readOnly: false, until: nil)
            connections[uri] = connection
            return connection
        } catch {
            unreachable[uri] = error
            throw error
        }
    }

    private func withConnection<Value, Failure>(
        _ uri: String, _ body: (Connection) throws(Failure) -> Value
    ) throws -> Value {
        let connection = try connection(uri)
        do { return try body(connection) } catch {
            if !connection.isAlive { connections[uri] = nil }
            throw error
        }
    }
}

/// Tells the administrator what was undone: it may be missed.
func logUndone(_ line: String) {
    let line = logLine("\(line), which an ended session had begun")
    do throws(SystemError) { try SystemLog.send(line, .user, .notice, waits: false) } catch {
        // There is no one else to tell.
    }
}
