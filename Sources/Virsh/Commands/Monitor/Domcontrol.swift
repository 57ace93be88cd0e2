import Host
import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdDomControl` in virsh-domain-monitor.c.
    static let domcontrol = Command(
        "domcontrol", .reads, help: "state of libvirt's control channel to a domain"
    ) { options in
        let domain = options.domain()

        return { shell, given in
            let info = try shell.domain(given[domain]).controlInfo()
            // For "ok" there is nothing to add; an error has a reason, and the other states have
            // a duration.
            let details =
                switch Domain.ControlInfo.State(rawValue: info.state) {
                case .ok: ""
                case .error: info.reason > 0 ? ": \(channelError(info.reason))" : ""
                default: " (\(fixed(Double(info.milliseconds) / 1000, 3))s)"
                }
            shell.print("\(channelState(info.state))\(details)\n")
        }
    }
}

/// virsh 9.0.0: `virshDomainControlStateToString`.
private func channelState(_ state: Int32) -> String {
    switch Domain.ControlInfo.State(rawValue: state) {
    case .ok: "ok"
    case .job: "background job"
    case .occupied: "occupied"
    case .error: "error"
    case nil: "unknown"
    }
}

/// virsh 9.0.0: `virshDomainControlErrorReasonToString`.
private func channelError(_ reason: Int32) -> String {
    switch Domain.ControlInfo.ErrorReason(rawValue: reason) {
    case .monitor: "monitor failure"
    case .internal: "internal (locking) error"
    default: "unknown"
    }
}
