import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdDomBlkError` in virsh-domain-monitor.c.
    static let domblkerror = Command(
        "domblkerror", .reads, help: "the disks of a guest that failed"
    ) { options in
        let domain = options.domain()

        return { shell, given in
            let errors = try shell.domain(given[domain]).diskErrors()
            if errors.isEmpty { shell.print("No errors found\n") }
            for (disk, error) in errors { shell.print("\(disk): \(errorName(error))\n") }
        }
    }
}

/// virsh 9.0.0: `virshDomainIOErrorToString`.
private func errorName(_ error: Int32) -> String {
    switch error {
    case 0: "no error"
    case 1: "unspecified error"
    case 2: "no space"
    default: "unknown error"
    }
}
