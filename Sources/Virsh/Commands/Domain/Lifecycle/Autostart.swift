import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdAutostart` in virsh-domain.c.
    static let autostart = Command(
        "autostart", .never, on: .domain, help: "enable or disable a domain's start with the host"
    ) { options in
        let domain = options.domain()
        let disable = options.flag("disable", "disable it")

        return { shell, given in
            let word = try given[domain]
            let domain = try shell.domain(word)
            let starts = try !given[disable]
            try shell.explaining(
                "Failed to \(starts ? "mark" : "unmark") domain '\(word)' as autostarted"
            ) { () throws(LibvirtError) in try domain.setAutostart(starts) }
            shell.printExtra("Domain '\(word)' \(starts ? "marked" : "unmarked") as autostarted")
        }
    }
}
