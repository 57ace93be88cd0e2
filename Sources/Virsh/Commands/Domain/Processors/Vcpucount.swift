import Confinement
import Libvirt
import Policy
import Text

extension Command {
    /// virsh 9.0.0: `cmdVcpucount` in virsh-domain.c.
    static let vcpucount = Command(
        "vcpucount", .read, on: .domain, help: "the number of a domain's vCPUs"
    ) { options in
        let domain = options.domain()
        let maximum = options.flag("maximum", "the maximum")
        let active = options.flag("active", "the number in use")
        let live = options.flag("live", "the running domain")
        let config = options.flag("config", "the persistent configuration")
        let current = options.flag("current", "the configuration in force")
        let guest = options.flag("guest", "as the guest agent reports it")

        return { shell, given in
            let isMaximum = try given[maximum]
            // virsh before 0.9.4 used --current in the sense of --active, and still accepts it:
            // alone, it does not exclude --live and --config.
            let isCurrent = try given[current] && (isMaximum || given[active])
            try given.exclusive(live, config)
            try given.exclusive(isCurrent, given[live], "current", "live")
            try given.exclusive(isCurrent, given[config], "current", "config")
            try given.exclusive(active, maximum)
            try given.exclusive(guest, config)
            let domain = try shell.domain(given[domain])
            if try given[guest] { try shell.gate.willLookInto(domain) }
            guard [maximum, active, current, config, live, guest].contains(where: given.has)
            else { return try shell.printVCPUCounts(of: domain) }

            let impact: Impact = try given.flags([(live, .live), (config, .config)])
            let count = try shell.vcpuCount(
                of: domain, impact, maximum: isMaximum, guest: given[guest], checked: false)
            guard case .number(let count) = count else { throw CommandFailure.silent }
            shell.print("\(count)\n")
        }
    }
}

extension Shell {
    /// Prints all four numbers, leaving out those of a configuration that the domain lacks.
    fileprivate func printVCPUCounts(of domain: Domain) throws(CommandFailure) {
        func count(_ impact: Impact, maximum: Bool) -> VCPUCountResult {
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
        // One failure hides the other numbers, whose errors have been printed.
        for (_, _, count) in counts { if case .failed = count { throw .silent } }
        for (which, state, count) in counts {
            guard case .number(let count) = count, count > 0 else { continue }
            print("\(which.padded(12)) \(state.padded(12)) \("\(count)".aligned(3))\n")
        }
    }
}
