import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdGuestvcpus` in virsh-domain.c.
    static let guestvcpus = Command(
        "guestvcpus", .guest, on: .domain, mayOnlyRead: true,
        help: "show or set vCPU states through the guest agent"
    ) { options in
        let domain = options.domain()
        let list = options.string("cpulist", "vCPU numbers, e.g. 1,3-5")
        let enable = options.flag("enable", "bring them online")
        let disable = options.flag("disable", "take them offline")

        return { shell, given in
            try given.exclusive(enable, disable)
            try given.requires(enable, list)
            try given.requires(disable, list)
            let list = try given[list]
            guard try list == nil || given[enable] || given[disable] else {
                throw CommandFailure(
                    "One of options --enable or --disable is required by option --cpulist")
            }
            let domain = try shell.domain(given[domain])
            if let list {
                try domain.setGuestVCPUs(list, enabled: given[enable])
            } else {
                shell.print(try domain.guestVCPUs(), width: 15)
            }
        }
    }
}
