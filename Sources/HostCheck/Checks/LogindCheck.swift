import System

extension Check {
    /// Leases outlive the login that began them.
    static let logind = Check("logind") { view in
        guard !isMissing("/run/systemd/seats") else {
            return [.ok("there is no logind that could end leases")]
        }
        let settings = try SystemdSettings(of: "logind")
        return [logindFinding(settings, users: view.accounts.map(\.name))]
    }
}

/// logind.conf(5).
func logindFinding(_ settings: SystemdSettings, users: [String]) -> Finding {
    let only = settings.words("KillOnlyUsers")
    let excluded = ["root"] + settings.words("KillExcludeUsers")
    let affected = users.filter { user in
        settings.isOn("KillUserProcesses") && !excluded.contains(user)
            && (only.isEmpty || only.contains(user))
    }
    guard !affected.isEmpty else { return .ok("logind does not end leases with their login") }
    return .warning(
        "logind ends the leases of \(listed(affected)) with their login: KillUserProcesses=yes",
        "add KillExcludeUsers=\(affected.joined(separator: " ")) to the section [Login] of "
            + "/etc/systemd/logind.conf, then restart systemd-logind")
}
