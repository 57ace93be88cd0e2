extension Check {
    static let sshdSession = Check("sshd-session") { view in
        try view.sshd.get().flatMap(\.sessionFindings)
    }
}

extension SSHDSettings {
    /// Whether a session can start after the login, and may last.
    var sessionFindings: [Finding] {
        var problems: [Finding] = []
        if let directory = values["chrootdirectory"], directory != "none" {
            problems.append(
                .error(
                    "sessions of user \(user) cannot run the helper: ChrootDirectory is "
                        + "'\(directory)'",
                    "add 'ChrootDirectory none' to the first Match block that applies, then reload "
                        + "sshd"))
        }
        if values["maxsessions"] == "0" {
            problems.append(
                .error(
                    "user \(user) cannot start a session: MaxSessions is 0",
                    "set it to 10, then reload sshd"))
        }
        for timeout in (values["channeltimeout"] ?? "none").split(separator: " ")
        where endsSessions(timeout) {
            problems.append(
                .warning(
                    "sshd ends sessions of user \(user) that wait: ChannelTimeout is '\(timeout)'",
                    "add 'ChannelTimeout none' to the first Match block that applies, then reload "
                        + "sshd"))
        }
        return findings(problems, ok: "sshd starts sessions of user \(user) and does not end them")
    }

    /// Whether e.g. `session=5m` applies to sessions, which have the type `session:command`.
    private func endsSessions(_ timeout: Substring) -> Bool {
        let parts = timeout.split(separator: "=", maxSplits: 1)
        guard parts.count == 2, !parts[1].allSatisfy({ "0smhdw".contains($0) }) else {
            return false
        }
        return parts[0] == "global" || parts[0] == "session"
            || matches("session:command", String(parts[0]))
    }
}
