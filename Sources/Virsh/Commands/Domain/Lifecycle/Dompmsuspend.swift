import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdDomPMSuspend` in virsh-domain.c.
    static let dompmsuspend = Command(
        "dompmsuspend", .power, on: .domain, help: "suspend a guest with its own power management"
    ) { options in
        let domain = options.domain()
        let target = options.data("target", "mem (S3), disk (S4) or hybrid (S3 + S4)")
        let duration = options.number(
            "duration", "seconds until it wakes up", as: .uint64, place: .named)

        return { shell, given in
            let domain = try shell.domain(given[domain])
            let seconds = try given[duration] ?? 0
            guard let target = SuspendTarget(named: try given[target]) else {
                throw CommandFailure("Invalid target")
            }
            let name = try domain.name()
            try shell.explaining("Domain '\(name)' could not be suspended") {
                () throws(LibvirtError) in
                try domain.sleep(target: target, seconds: seconds)
            }
            shell.printExtra("Domain '\(name)' successfully suspended")
        }
    }
}

extension SuspendTarget: VirshNamed {
    /// virsh 9.0.0: `virshNodeSuspendTarget`.
    var name: String {
        switch self {
        case .memory: "mem"
        case .disk: "disk"
        case .hybrid: "hybrid"
        }
    }
}
