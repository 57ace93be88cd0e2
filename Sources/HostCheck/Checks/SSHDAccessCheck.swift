import System

extension Check {
    static let sshdAccess = Check("sshd-access") { view in
        try view.sshd.get().flatMap(\.accessFindings)
    }
}

extension SSHDSettings {
    /// Whether the lists of users and groups permit the account, sshd_config(5).
    var accessFindings: [Finding] {
        let reload = "then reload sshd"
        var problems: [Finding] = []
        func refuse(_ reason: String, _ hint: String) {
            problems.append(.error("sshd refuses user \(user): \(reason)", "\(hint), \(reload)"))
        }
        for pattern in lists["denyusers"] ?? [] where matchesUser(pattern) == .everywhere {
            refuse("DenyUsers contains '\(pattern)'", "remove it there")
        }
        let allowed = lists["allowusers"] ?? []
        let matches = allowed.map(matchesUser)
        if !allowed.isEmpty, matches.allSatisfy({ $0 == .nowhere }) {
            refuse("AllowUsers does not contain it", "add '\(account.name)' to AllowUsers")
        }
        for pattern in lists["denygroups"] ?? [] {
            for group in account.groups where HostCheck.matches(group, pattern) {
                refuse("DenyGroups contains '\(pattern)', its group '\(group)'", "remove it there")
            }
        }
        let groups = lists["allowgroups"] ?? []
        if !groups.isEmpty,
            !account.groups.contains(where: { group in
                groups.contains { HostCheck.matches(group, $0) }
            })
        {
            refuse(
                "AllowGroups contains no group of it",
                "add one of its groups to AllowGroups: \(listed(account.groups))")
        }
        if values["refuseconnection"] == "yes" {
            refuse("RefuseConnection is 'yes'", "set it to 'no'")
        }
        if problems.isEmpty, matches.contains(.somewhere), !matches.contains(.everywhere) {
            return [
                .warning(
                    "sshd accepts user \(user) only from some addresses: "
                        + allowed.joined(separator: " "),
                    "add '\(account.name)' to AllowUsers if all clients may connect, \(reload)")
            ]
        }
        return findings(problems, ok: "the lists of users and groups permit user \(user)")
    }

    private enum Match { case nowhere, somewhere, everywhere }

    /// A pattern of users may end with `@` and a pattern of the client's address.
    private func matchesUser(_ pattern: String) -> Match {
        let parts = pattern.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = parts.first, HostCheck.matches(account.name, String(name)) else {
            return .nowhere
        }
        return parts.count == 1 || parts[1] == "*" ? .everywhere : .somewhere
    }
}

/// Whether a name matches a pattern of sshd, in which `*` stands for any characters and `?` for
/// one.
func matches(_ name: String, _ pattern: String) -> Bool {
    guard let first = pattern.first else { return name.isEmpty }
    let rest = String(pattern.dropFirst())
    if first == "*" {
        return (0...name.count).contains { matches(String(name.dropFirst($0)), rest) }
    }
    guard let character = name.first, first == "?" || first == character else { return false }
    return matches(String(name.dropFirst()), rest)
}
