import Libvirt
import Policy
import Text

extension Command {
    /// virsh 9.0.0: `cmdDomControl` in virsh-domain-monitor.c.
    static let domcontrol = Command(
        "domcontrol", .read, on: .domain, help: "state of libvirt's control channel to a domain"
    ) { options in
        let domain = options.domain()

        return { shell, given in
            let info = try shell.domain(given[domain]).controlInfo()
            // For "ok" there is nothing to add; an error has a reason, and the other states have
            // a duration.
            let details =
                switch info.state {
                case .ready: ""
                case .error:
                    info.reason == .noError ? "" : ": \(info.reason?.name ?? "unknown")"
                default: " (\(fixed(Double(info.milliseconds) / 1000, 3))s)"
                }
            shell.print("\(info.state?.name ?? "unknown")\(details)\n")
        }
    }
}

extension Domain.ControlState: VirshNamed {
    /// virsh 9.0.0: `virshDomainControlStateToString`.
    var name: String {
        switch self {
        case .ready: "ok"
        case .job: "background job"
        case .occupied: "occupied"
        case .error: "error"
        }
    }
}

extension Domain.ControlErrorReason: VirshNamed {
    /// virsh 9.0.0: `virshDomainControlErrorReasonToString`.
    var name: String {
        switch self {
        case .noError, .unknown: "unknown"
        case .monitor: "monitor failure"
        case .internal: "internal (locking) error"
        }
    }
}
