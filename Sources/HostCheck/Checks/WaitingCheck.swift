import System

extension Check {
    static let waiting = Check("waiting") { _ in
        let limit = try textIfPresent("/proc/sys/fs/inotify/max_user_instances") ?? ""
        return [
            waitingFinding(
                limit: limit.filter { !$0.isWhitespace }, isExhausted: PathWatch.isExhausted)
        ]
    }
}

func waitingFinding(limit: String, isExhausted: Bool) -> Finding {
    let sysctl = "fs.inotify.max_user_instances"
    guard isExhausted else {
        return .ok("sessions wait with inotify; the sysctl \(sysctl) lets a user have \(limit)")
    }
    return .warning(
        "no inotify instance is left (\(sysctl) is \(limit)): sessions that wait for a domain look "
            + "twice a second, and notice its release later",
        "write '\(sysctl) = 1024' to /etc/sysctl.d/atex-virt-helper.conf and run 'sysctl --system'")
}
