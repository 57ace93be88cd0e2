import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdDomjobabort` in virsh-domain.c.
    static let domjobabort = Command(
        "domjobabort", .power, on: .domain, help: "abort a domain's background job"
    ) { options in
        let domain = options.domain()
        let postcopy = options.flag("postcopy", "interrupt a post-copy migration")

        return { shell, given in
            try shell.domain(given[domain]).abortJob(postcopy: given[postcopy])
        }
    }
}
