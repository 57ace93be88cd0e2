import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdSetvcpu` in virsh-domain.c.
    static let setvcpu = Command(
        "setvcpu", .tune, on: .domain, help: "plug or unplug individual vCPUs of a guest"
    ) { options in
        let domain = options.domain()
        let list = options.data("vcpulist", "vCPU numbers, e.g. 1,3-5")
        let enable = options.flag("enable", "plug them")
        let disable = options.flag("disable", "unplug them")
        let asynchronous = options.flag(
            "async", "do not wait until the guest has released them", since: .init(12, 4))
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
            try domain.setVCPUs(
                list, enabled: isEnabled, asynchronous: given[asynchronous], impact)
        }
    }
}
