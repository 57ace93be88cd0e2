extension Check {
    static let sshdKeepAlive = Check("sshd-keep-alive") { view in
        try view.sshd.get().map(\.keepAliveFinding)
    }
}

extension SSHDSettings {
    /// The longest acceptable time, in seconds, until sshd ends the session of a dead client, and
    /// its reservations become free.
    private static let longestDetection = 300

    var keepAliveFinding: Finding {
        // sshd_config(5): the defaults are 0, which means never, and 3.
        let interval = values["clientaliveinterval"].flatMap { UInt32($0) } ?? 0
        let count = values["clientalivecountmax"].flatMap { UInt32($0) } ?? 3
        let seconds = UInt64(interval) * UInt64(count)
        let hint =
            "add 'ClientAliveInterval 15' and 'ClientAliveCountMax 4' to the Match block, then "
            + "reload sshd"
        if seconds == 0 {
            return .warning(
                "dead clients of user \(user) are never detected: their reservations are kept",
                hint)
        }
        if seconds > Self.longestDetection {
            return .warning(
                "dead clients of user \(user) are detected only after \(seconds) s", hint)
        }
        return .ok("dead clients of user \(user) are detected after \(seconds) s")
    }
}
