import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdDomBlkError` in virsh-domain-monitor.c.
    static let domblkerror = Command(
        "domblkerror", .read, on: .domain, help: "a guest's disks with I/O errors"
    ) { options in
        let domain = options.domain()

        return { shell, given in
            let errors = try shell.domain(given[domain]).diskErrors()
            if errors.isEmpty { shell.print("No errors found\n") }
            for (disk, error) in errors {
                shell.print("\(disk): \(error?.name ?? "unknown error")\n")
            }
        }
    }
}

extension Domain.DiskError: VirshNamed {
    /// virsh 9.0.0: `virshDomainIOErrorToString`.
    var name: String {
        switch self {
        case .noError: "no error"
        case .unspecified: "unspecified error"
        case .noSpace: "no space"
        }
    }
}
