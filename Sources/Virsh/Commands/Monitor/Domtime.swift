import Libvirt
import Policy
import System

extension Command {
    /// virsh 9.0.0: `cmdDomTime` in virsh-domain-monitor.c.
    static let domtime = Command(
        "domtime", .read, on: .domain, effects: .looksInto, help: "show or set a guest's clock"
    ) { options in
        let domain = options.domain()
        let now = options.flag("now", "set it to this host's time", .needs(.guest))
        let pretty = options.flag("pretty", "human-readable time")
        let sync = options.flag("sync", "set it from the guest's hardware clock", .needs(.guest))
        let time = options.number(
            "time", "set it to seconds since 1970", .needs(.guest), as: .int64)

        return { shell, given in
            try given.exclusive(time, now)
            try given.exclusive(time, sync)
            try given.exclusive(now, sync)
            let domain = try shell.domain(given[domain])
            let time = try given[time]
            let isSync = try given[sync]
            if try given[now] {
                try domain.setTime(secondsSince1970(), sync: false)
            } else if time != nil || isSync {  // libvirt ignores the time with --sync
                try domain.setTime(time ?? 0, sync: isSync)
            } else {
                let seconds = try domain.time()
                shell.print("Time: \(try given[pretty] ? utcTime(seconds) : "\(seconds)")")
            }
        }
    }
}
