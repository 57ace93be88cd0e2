import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdAutostart` in virsh-domain.c.
    static let autostart = Command(
        "autostart", .never, on: .domain, help: "enable or disable a domain's start with the host"
    ) { options in
        let domain = options.domain()
        let disable = options.flag("disable", "disable it")
        let once = options.flag(
            "once", "only for the next start of the host", since: .init(11, 2))

        return { shell, given in
            let word = try given[domain]
            let domain = try shell.domain(word)
            let starts = try !given[disable]
            let isOnce = try given[once]
            let when = isOnce ? "autostarted on next boot" : "autostarted"
            try shell.explaining(
                "Failed to \(starts ? "mark" : "unmark") domain '\(word)' as \(when)"
            ) { () throws(LibvirtError) in
                try isOnce ? domain.setAutostartOnce(starts) : domain.setAutostart(starts)
            }
            shell.printExtra("Domain '\(word)' \(starts ? "marked" : "unmarked") as \(when)")
        }
    }
}
