import Libvirt
import Policy

extension Command {
    /// virsh 11.3.0: `cmdThrottleGroupSet` in virsh-domain.c.
    static let domthrottlegroupset = Command(
        "domthrottlegroupset", .tune, on: .domain, since: .init(11, 2),
        help: "create a group of I/O limits for disks, or change its limits"
    ) { options in
        let domain = options.domain()
        let group = options.throttleGroupName()
        let limits = IOLimits(&options)
        let impact = options.impact()

        return { shell, given in
            let impact = try impact.impact(of: given)
            let domain = try shell.domain(given[domain])
            var parameters = try limits.parameters(of: given)
            let name = try given[group]
            parameters.append(TypedParameter("group_name", .string(name)))
            try shell.explaining("Unable to set throttle group") {
                [parameters]
                () throws(LibvirtError) in
                try domain.setThrottleGroup(name, parameters, impact)
            }
            shell.printExtra("Throttle group set successfully\n", terminator: "")
        }
    }
}

extension Options {
    /// The required option `group-name`.
    mutating func throttleGroupName() -> Key<String> { data("group-name", "name of the group") }
}
