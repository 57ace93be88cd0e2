import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdDestroy` in virsh-domain.c.
    static let destroy = Command(
        "destroy", .power, on: .domain, help: "stop a running domain immediately",
        description: "like pulling the power cord"
    ) { options in
        let domain = options.domain()
        let graceful = options.flag("graceful", "fail instead of killing an unresponsive guest")
        let removeLogs = options.flag("remove-logs", "remove its log files", .refused)

        return { shell, given in
            let word = try given[domain]
            let domain = try shell.domain(word)
            let flags: Domain.DestroyFlags = try given.flags([
                (graceful, .graceful), (removeLogs, .removeLogs),
            ])
            try shell.explaining("Failed to destroy domain '\(word)'") {
                () throws(LibvirtError) in try domain.destroy(flags)
            }
            shell.printExtra("Domain '\(word)' destroyed")
        }
    }
}
