import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdSetvcpu` in virsh-domain.c.
    static let setvcpu = Command(
        "setvcpu", .changes, help: "give a guest single processors, or take them away"
    ) { options in
        let domain = options.domain()
        let list = options.data("vcpulist", "which, e.g. 1,3-5")
        let enable = options.flag("enable", "give them")
        let disable = options.flag("disable", "take them away")
        let impact = options.impact()

        return { shell, given in
            try given.exclusive(enable, disable)
            let impact = try impact.impact(of: given)
            let isEnabled = try given[enable]
            guard try isEnabled || given[disable] else {
                throw CommandFailure("one of --enable, --disable is required")
            }
            let list = try given[list]
            let domain = try shell.domain(given[domain])
            try domain.setVCPUs(list, enabled: isEnabled, impact)
        }
    }
}
