/// The directory in which all sessions of a user on this host keep their locks.
package struct StateDirectory: Sendable {
    package let path: String

    package init(path: String) { self.path = path }

    /// `/var/lib/atex-virt-helper` for root, `~/.atex-virt-helper` for others.
    package static var standard: StateDirectory {
        if ProcessInformation.isRoot { return StateDirectory(path: "/var/lib/atex-virt-helper") }
        // The Python helper looks in this order; both must find the same locks.
        let home =
            ProcessInformation.environment("HOME") ?? ProcessInformation.homeDirectory() ?? "/"
        return StateDirectory(path: home + "/.atex-virt-helper")
    }

    /// Creates it if it is missing, and makes it private: any user who could open a lock file for
    /// reading could also lock it, so that no session could reserve the domain.
    package func make() throws(SystemError) {
        try Directory.make(path, mode: Self.directoryMode)
        try Directory.make(locks, mode: Self.directoryMode)
        _ = try tighten(path)
        // An older version, or the Python helper, made these with the modes of the umask. Once
        // no other user can search the directory, files that the Python helper adds are private
        // too.
        guard try tighten(locks) else { return }
        let directory = try Directory(locks)
        for name in try directory.names() {
            do throws(SystemError) {
                try directory.open(name).makePrivate(mode: Self.fileMode)
            } catch { continue }  // not a regular file, or already gone
        }
    }

    /// The mode of the directory and those in it.
    package static let directoryMode: UInt32 = 0o700
    /// The mode of lock files.
    package static let fileMode: UInt32 = 0o600

    /// Takes the rights of all other users; returns whether there were any. A directory of another
    /// user is left alone: `host-check` reports it.
    private func tighten(_ path: String) throws(SystemError) -> Bool {
        let directory = try Directory(path)
        guard try directory.descriptor.status().ownerID == ProcessInformation.userID else {
            return false
        }
        return try directory.descriptor.makePrivate(mode: Self.directoryMode)
    }

    /// The directory with one lock file per domain.
    package var locks: String { "\(path)/locks" }

    /// The directory with one file per thing that a session has begun and not finished.
    package var journal: String { "\(path)/journal" }

    /// The file whose lock a session with a role holds while it checks an effect and carries it
    /// out.
    package var effectsLock: String { "\(path)/effects.lock" }

    /// The directory of the sessions' own directories if /var/tmp cannot be written.
    package var temporary: String { "\(path)/tmp" }

    /// The directory with one file per session that holds domains; see `session(_:)`.
    package var sessions: String { "\(path)/sessions" }

    /// The directory with one file per request that waits for a domain.
    package var queue: String { "\(path)/queue" }

    /// The directory with one file per request to take a domain from a session.
    package var forcedReleases: String { "\(path)/forced-releases" }

    /// The directory with one socket per session that has lost its client and holds leased domains.
    package var leases: String { "\(path)/leases" }

    /// The file in which a session says who it is.
    package func session(_ process: Int32) -> String { "\(sessions)/\(process)" }

    /// The directory with one file per host port that a guest on demand has had.
    package var ports: String { "\(path)/ports" }

    /// The file whose lock reserves a port of the host.
    package func lock(ofPort port: UInt16) -> String { "\(ports)/\(port)" }

    /// The file whose lock reserves a domain; `nil` if the name cannot be a file name.
    package func lock(of domain: String) -> String? {
        FileName(domain).map { "\(locks)/\($0.text)" }
    }
}
