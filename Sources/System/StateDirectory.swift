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

    /// Creates it if it is missing.
    package func make() throws(SystemError) { try Directory.make(locks) }

    /// The directory with one lock file per domain.
    package var locks: String { "\(path)/locks" }

    /// The directory with one file per session that holds domains; see `session(_:)`.
    package var sessions: String { "\(path)/sessions" }

    /// The file in which a session says who it is.
    package func session(_ process: Int32) -> String { "\(sessions)/\(process)" }

    /// The file whose lock reserves a domain; `nil` if the name cannot be a file name.
    package func lock(of domain: String) -> String? {
        FileName(domain).map { "\(locks)/\($0.text)" }
    }
}
