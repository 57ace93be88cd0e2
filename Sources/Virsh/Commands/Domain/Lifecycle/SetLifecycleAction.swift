import Confinement
import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdSetLifecycleAction` in virsh-domain.c.
    static let setLifecycleAction = Command(
        "set-lifecycle-action", .define, on: .domain,
        help: "set the reaction to a guest's lifecycle event"
    ) { options in
        let domain = options.domain()
        let type = options.data("type", "event: poweroff, reboot or crash")
        let action = options.data("action", "reaction, e.g. restart")
        let impact = options.impact()

        return { shell, given in
            let impact = try impact.impact(of: given)
            let typeName = try given[type]
            let actionName = try given[action]
            guard let event = Domain.LifecycleEvent(named: typeName) else {
                throw CommandFailure("Invalid lifecycle type '\(typeName)'.")
            }
            guard let action = Domain.LifecycleAction(named: actionName) else {
                throw CommandFailure("Invalid lifecycle action '\(actionName)'.")
            }
            let domain = try shell.domain(given[domain])
            try shell.gate.willSet(action, for: event, of: domain)
            try shell.explaining("Unable to change lifecycle action.") {
                () throws(LibvirtError) in
                try domain.setLifecycleAction(action, for: event, impact)
            }
        }
    }
}

extension Domain.LifecycleEvent: VirshNamed {
    /// virsh 9.0.0: `virshDomainLifecycle`.
    var name: String {
        switch self {
        case .powerOff: "poweroff"
        case .reboot: "reboot"
        case .crash: "crash"
        }
    }
}

extension Domain.LifecycleAction: VirshNamed {
    /// virsh 9.0.0: `virshDomainLifecycleAction`.
    var name: String {
        switch self {
        case .destroy: "destroy"
        case .restart: "restart"
        case .renameRestart: "rename-restart"
        case .preserve: "preserve"
        case .coredumpDestroy: "coredump-destroy"
        case .coredumpRestart: "coredump-restart"
        }
    }
}
