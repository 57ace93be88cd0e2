import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdSuspend` in virsh-domain.c.
    static let suspend = Command("suspend", .power, on: .domain, help: "pause a running domain") {
        options in
        let domain = options.domain()

        return { shell, given in
            let word = try given[domain]
            let domain = try shell.domain(word)
            try shell.explaining("Failed to suspend domain '\(word)'") { () throws(LibvirtError) in
                try domain.suspend()
            }
            shell.printExtra("Domain '\(word)' suspended")
        }
    }
}
