package import Host

/// Where all sessions of a user on this host keep their locks.
package struct StateDirectory: Sendable {
    package let path: String

    /// `/var/lib/atex-virt-helper` for root, `~/.atex-virt-helper` for others.
    package static var standard: StateDirectory {
        if ProcessInformation.isRoot { return StateDirectory(path: "/var/lib/atex-virt-helper") }
        let home =
            ProcessInformation.environment("HOME") ?? ProcessInformation.homeDirectory() ?? "/"
        return StateDirectory(path: home + "/.atex-virt-helper")
    }

    package func make() throws(SystemError) { try Directory.make(path + "/locks") }

    /// The file whose lock reserves a domain; `nil` where the name can be no file's.
    func lock(of domain: String) -> String? {
        FileName(domain).map { "\(path)/locks/\($0.text)" }
    }
}
