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
        return [journalFinding(JournalLimit(try journalSettings()))]
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

/// The texts of journald.conf and of its drop-ins, in the order in which they apply.
private func journalSettings() throws -> [String] {
    var texts: [String] = []
    if let text = try textIfPresent("/etc/systemd/journald.conf") { texts.append(text) }
    // A drop-in's name decides its order, and one in /etc replaces one in /usr of the same name.
    var paths: [String: String] = [:]
    for directory in ["/usr/lib", "/run", "/etc"].map({ $0 + "/systemd/journald.conf.d" }) {
        for name in try names(in: directory) where name.hasSuffix(".conf") {
            paths[name] = "\(directory)/\(name)"
        }
    }
    for name in paths.keys.sorted() {
        if let path = paths[name], let text = try textIfPresent(path) { texts.append(text) }
    }
    return texts
}
