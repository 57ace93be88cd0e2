import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdSetvcpus` in virsh-domain.c.
    static let setvcpus = Command(
        "setvcpus", .changes, help: "set how many processors a guest has"
    ) { options in
        let domain = options.domain()
        let count = options.requiredNumber("count", "how many", as: .uint32)
        let maximum = options.flag("maximum", "the most it may get, from the next start on")
        let impact = options.impact()
        let guest = options.flag("guest", "by the agent in the guest")
        let hotpluggable = options.flag("hotpluggable", "those added can be taken away again")

        return { shell, given in
            try given.exclusive(impact.current, impact.live)
            try given.exclusive(impact.current, impact.config)
            try given.exclusive(guest, impact.config)
            try given.requires(maximum, impact.config)
            var flags: Domain.VCPUFlags = []
            if try given[impact.config] { flags.insert(.config) }
            if try given[impact.live] { flags.insert(.live) }
            if try given[guest] { flags.insert(.guest) }
            if try given[maximum] { flags.insert(.maximum) }
            if try given[hotpluggable] { flags.insert(.hotpluggable) }
            let domain = try shell.domain(given[domain])
            let count = try given[count]
            guard count != 0 else { throw CommandFailure("Can't set 0 processors for a VM") }
            let isPlain = try flags.isEmpty && !given[impact.current]
            try domain.setVCPUs(count, isPlain ? nil : flags)
        }
    }
}
