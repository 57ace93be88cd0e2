import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdSetvcpus` in virsh-domain.c.
    static let setvcpus = Command(
        "setvcpus", .tune, on: .domain, help: "set the number of a guest's vCPUs"
    ) { options in
        let domain = options.domain()
        let count = options.requiredNumber("count", "number of vCPUs", as: .uint32)
        let maximum = options.flag("maximum", "set the maximum, for the next start")
        let impact = options.impact()
        let guest = options.flag("guest", "let the guest agent change it")
        let hotpluggable = options.flag("hotpluggable", "make added vCPUs hot-unpluggable")
        let asynchronous = options.flag(
            "async", "do not wait until the guest has released them", since: .init(12, 4))

        return { shell, given in
            try given.exclusive(impact.current, impact.live)
            try given.exclusive(impact.current, impact.config)
            try given.exclusive(guest, impact.config)
            try given.requires(maximum, impact.config)
            let flags: Domain.VCPUFlags = try given.flags([
                (impact.config, .config), (impact.live, .live), (guest, .guest),
                (maximum, .maximum), (hotpluggable, .hotpluggable),
                (asynchronous, .asynchronous),
            ])
            let domain = try shell.domain(given[domain])
            let count = try given[count]
            try shell.policy.check(vcpus: count)
            guard count != 0 else { throw CommandFailure("Can't set 0 processors for a VM") }
            // Without an option virsh makes the older call, which every driver supports.
            let isUnspecified = try flags.isEmpty && !given[impact.current]
            try domain.setVCPUs(count, isUnspecified ? nil : flags)
        }
    }
}
