import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdDomMemStat` in virsh-domain-monitor.c.
    static let dommemstat = Command(
        "dommemstat", .read, on: .domain,
        help: "a guest's memory statistics, or their collection period"
    ) { options in
        let domain = options.domain()
        let period = options.number(
            "period", "set the collection period in seconds", .needs(.tune), as: .int32,
            place: .named)
        let impact = options.impact()

        return { shell, given in
            var chosen = try impact.impact(of: given)
            let name = try given[domain]
            let domain = try shell.domain(name)
            // virsh turns the default into --live itself.
            if chosen.isEmpty, try !given[impact.current], shell.isKnownToRun(domain) {
                chosen.insert(.live)
            }
            if let period = try given[period] {
                guard period >= 0 else {
                    throw CommandFailure("Invalid collection period value '\(period)'")
                }
                return try shell.explaining("Unable to change balloon collection period.") {
                    () throws(LibvirtError) in
                    try domain.setMemoryStatisticsPeriod(seconds: period, chosen)
                }
            }
            let numbers = try shell.explaining(
                "Failed to get memory statistics for domain \(name)"
            ) { () throws(LibvirtError) in try domain.memoryStatistics() }
            for (statistic, value) in numbers { shell.print("\(statistic.name) \(value)\n") }
        }
    }
}

extension Domain.MemoryStatistic: VirshNamed {
    /// virsh 9.0.0: `cmdDomMemStat`.
    var name: String {
        switch self {
        case .swapIn: "swap_in"
        case .swapOut: "swap_out"
        case .majorFaults: "major_fault"
        case .minorFaults: "minor_fault"
        case .unused: "unused"
        case .available: "available"
        case .actualBalloon: "actual"
        case .rss: "rss"
        case .usable: "usable"
        case .lastUpdate: "last_update"
        case .diskCaches: "disk_caches"
        case .hugePageAllocations: "hugetlb_pgalloc"
        case .hugePageFailures: "hugetlb_pgfail"
        }
    }
}
