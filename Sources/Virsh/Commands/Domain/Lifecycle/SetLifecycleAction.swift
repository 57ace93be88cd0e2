import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdSetLifecycleAction` in virsh-domain.c.
    static let setLifecycleAction = Command(
        "set-lifecycle-action", .changes, help: "set the reaction to a guest's lifecycle event"
    ) { options in
        let domain = options.domain()
        let type = options.data("type", "event: poweroff, reboot or crash")
        let action = options.data("action", "reaction, e.g. restart")
        let impact = options.impact()

        return { shell, given in
            let impact = try impact.impact(of: given)
            let typeName = try given[type]
            let actionName = try given[action]
            guard let event = lifecycleEvents.firstIndex(of: typeName) else {
                throw CommandFailure("Invalid lifecycle type '\(typeName)'.")
            }
            guard let action = lifecycleActions.firstIndex(of: actionName) else {
                throw CommandFailure("Invalid lifecycle action '\(actionName)'.")
            }
            let domain = try shell.domain(given[domain])
            try shell.explaining("Unable to change lifecycle action.") {
                () throws(LibvirtError) in
                try domain.setLifecycleAction(UInt32(action), for: UInt32(event), impact)
            }
        }
    }
}

/// In the order of libvirt's `virDomainLifecycle`. virsh 9.0.0: `virshDomainLifecycle`.
let lifecycleEvents = ["poweroff", "reboot", "crash"]

/// In the order of libvirt's `virDomainLifecycleAction`.
/// virsh 9.0.0: `virshDomainLifecycleAction`.
let lifecycleActions = [
    "destroy", "restart", "rename-restart", "preserve", "coredump-destroy", "coredump-restart",
]
