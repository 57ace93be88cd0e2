extension Check {
    static let policyLog = Check("policy-log") { view in
        guard try view.usesRoles() else { return [.ok("no account has a role")] }
        if isMissing("/dev/log") {
            return [
                .error(
                    "there is no log daemon: every request of a session with a role is refused",
                    "start systemd-journald or a syslog daemon, which creates /dev/log")
            ]
        }
        guard !isMissing("/run/systemd/journal") else {
            return [.ok("a log daemon other than journald records the requests of roles")]
        }
        return [journalFinding(JournalLimit(try SystemdSettings(of: "journald")))]
    }
}

func journalFinding(_ limit: JournalLimit) -> Finding {
    let rate = "\(limit.burst) messages in \(Int(limit.seconds)) s"
    guard limit.isLow else { return .ok("journald keeps at least \(rate)") }
    return .warning(
        "journald keeps only \(rate), and drops the rest: a client can hide its requests in a flood",
        "set RateLimitBurst=10000 and RateLimitIntervalSec=30s in /etc/systemd/journald.conf, then "
            + "restart systemd-journald")
}
