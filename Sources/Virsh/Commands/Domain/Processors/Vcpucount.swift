import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdVcpucount` in virsh-domain.c.
    static let vcpucount = Command(
        "vcpucount", .reads, help: "how many processors a domain has"
    ) { options in
        let domain = options.domain()
        let maximum = options.flag("maximum", "the most it may get")
        let active = options.flag("active", "those it uses")
        let live = options.flag("live", "of the running domain")
        let config = options.flag("config", "at the next start")
        let current = options.flag("current", "of what is in force now")
        let guest = options.flag("guest", "as the guest's agent tells")

        return { shell, given in
            let isMaximum = try given[maximum]
            // Before libvirt 0.9.4 `current` was what `active` is now.
            let isCurrent = try given[current] && (isMaximum || given[active])
            try given.exclusive(live, config)
            try given.exclusive(isCurrent, given[live], "current", "live")
            try given.exclusive(isCurrent, given[config], "current", "config")
            try given.exclusive(active, maximum)
            try given.exclusive(guest, config)
            let domain = try shell.domain(given[domain])
            guard [maximum, active, current, config, live, guest].contains(where: given.has)
            else { return try shell.printVCPUCounts(of: domain) }

            var impact: Impact = []
            if try given[live] { impact.insert(.live) }
            if try given[config] { impact.insert(.config) }
            let count = try shell.vcpuCount(
                of: domain, impact, maximum: isMaximum, guest: given[guest], checked: false)
            guard case .number(let count) = count else { throw CommandFailure.silent }
            shell.print("\(count)\n")
        }
    }
}

extension Shell {
    fileprivate func printVCPUCounts(of domain: Domain) throws(CommandFailure) {
        func count(_ impact: Impact, maximum: Bool) -> VCPUCount {
            vcpuCount(of: domain, impact, maximum: maximum, checked: true)
        }
        let configMaximum = count(.config, maximum: true)
        let configCurrent = count(.config, maximum: false)
        let liveMaximum = count(.live, maximum: true)
        let liveCurrent = count(.live, maximum: false)
        let counts = [
            ("maximum", "config", configMaximum), ("maximum", "live", liveMaximum),
            ("current", "config", configCurrent), ("current", "live", liveCurrent),
        ]
        for (_, _, count) in counts { if case .failed = count { throw .silent } }
        for (which, state, count) in counts {
            guard case .number(let count) = count, count > 0 else { continue }
            print("\(which.padded(12)) \(state.padded(12)) \("\(count)".aligned(3))\n")
        }
    }
}
