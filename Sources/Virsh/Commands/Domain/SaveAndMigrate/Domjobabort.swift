import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdDomjobabort` in virsh-domain.c.
    static let domjobabort = Command(
        "domjobabort", .changes, help: "end what a domain is busy with"
    ) { options in
        let domain = options.domain()
        let postcopy = options.flag("postcopy", "a migration whose memory follows")

        return { shell, given in
            try shell.domain(given[domain]).abortJob(postcopy: given[postcopy])
        }
    }
}
