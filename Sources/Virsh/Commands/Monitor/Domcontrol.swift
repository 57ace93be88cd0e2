import Host
import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdDomControl` in virsh-domain-monitor.c.
    static let domcontrol = Command(
        "domcontrol", .reads, help: "how well libvirt's channel to a guest's hypervisor works"
    ) { options in
        let domain = options.domain()

        return { shell, given in
            let info = try shell.domain(given[domain]).controlInfo()
            let (fine, failed): (Int32, Int32) = (0, 3)
            let more =
                switch info.state {
                case fine: ""
                case failed: info.reason > 0 ? ": \(channelError(info.reason))" : ""
                default: " (\(fixed(Double(info.milliseconds) / 1000, 3))s)"
                }
            shell.print("\(channelState(info.state))\(more)\n")
        }
    }
}

/// virsh 9.0.0: `virshDomainControlStateToString`.
private func channelState(_ state: Int32) -> String {
    switch state {
    case 0: "ok"
    case 1: "background job"
    case 2: "occupied"
    case 3: "error"
    default: "unknown"
    }
}

/// virsh 9.0.0: `virshDomainControlErrorReasonToString`.
private func channelError(_ reason: Int32) -> String {
    switch reason {
    case 2: "monitor failure"
    case 3: "internal (locking) error"
    default: "unknown"
    }
}
