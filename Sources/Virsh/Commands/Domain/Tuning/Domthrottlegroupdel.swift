import Libvirt
import Policy

extension Command {
    /// virsh 11.3.0: `cmdThrottleGroupDel` in virsh-domain.c.
    static let domthrottlegroupdel = Command(
        "domthrottlegroupdel", .tune, on: .domain, since: .init(11, 2),
        help: "delete a group of I/O limits for disks"
    ) { options in
        let domain = options.domain()
        let group = options.throttleGroupName()
        let impact = options.impact()

        return { shell, given in
            let impact = try impact.impact(of: given)
            let domain = try shell.domain(given[domain])
            try domain.deleteThrottleGroup(given[group], impact)
            shell.printExtra("Throttle group deleted successfully\n", terminator: "")
        }
    }
}
