import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdDomBlkError` in virsh-domain-monitor.c.
    static let domblkerror = Command(
        "domblkerror", .reads, help: "a guest's disks with I/O errors"
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
    switch Domain.DiskError(rawValue: error) {
    case Domain.DiskError.none?: "no error"  // a bare `.none` would be the missing value
    case .unspecified: "unspecified error"
    case .noSpace: "no space"
    case nil: "unknown error"
    }
}
