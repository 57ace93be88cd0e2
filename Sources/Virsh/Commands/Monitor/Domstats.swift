import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdDomstats` in virsh-domain-monitor.c.
    static let domstats = Command(
        "domstats", .read, on: [.domain, .allGranted],
        help: "statistics of one, several or all domains"
    ) { options in
        let types: [(Key<Bool>, Domain.StatisticsTypes)] = [
            (options.flag("state", "state"), .state),
            (options.flag("cpu-total", "CPU time"), .cpuTotal),
            (options.flag("balloon", "memory balloon"), .balloon),
            (options.flag("vcpu", "vCPUs"), .vcpu),
            (options.flag("interface", "network interfaces"), .interface),
            (options.flag("block", "disks"), .block),
            (options.flag("perf", "performance events"), .perf),
            (options.flag("iothread", "I/O threads"), .iothread),
            (options.flag("memory", "memory bandwidth"), .memory),
            (options.flag("dirtyrate", "dirty page rate"), .dirtyRate),
            (options.flag("vm", "statistics of the hypervisor"), .vm),
        ]
        let filters: [(Key<Bool>, Domain.StatisticsFlags)] = [
            (options.flag("list-active", "only active domains"), .active),
            (options.flag("list-inactive", "only inactive domains"), .inactive),
            (options.flag("list-persistent", "only persistent domains"), .persistent),
            (options.flag("list-transient", "only transient domains"), .transient),
            (options.flag("list-running", "only running domains"), .running),
            (options.flag("list-paused", "only paused domains"), .paused),
            (options.flag("list-shutoff", "only shut off domains"), .shutOff),
            (options.flag("list-other", "only domains in other states"), .other),
        ]
        // virsh accepts this flag and always prints the raw values.
        _ = options.flag("raw", "raw values (no effect: always so)")
        let modes: [(Key<Bool>, Domain.StatisticsFlags)] = [
            (options.flag("enforce", "fail if a requested group is not supported"), .enforce),
            (options.flag("backing", "also the disks' backing chains"), .backing),
            (options.flag("nowait", "only statistics available without waiting"), .noWait),
        ]
        let domains = options.rest("domain", "domain names, ids or uuids", names: .domain)

        return { shell, given in
            let groups = try given.flags(types)
            let flags = try given.flags(filters + modes)
            // `nil` means all domains that match the filters.
            let domains =
                given.has(domains) ? try given[domains].map { try shell.domain($0) } : nil
            let records = try shell.connection.statistics(of: domains, groups, flags)
            for (index, record) in records.enumerated() {
                if index > 0 { shell.print("\n") }
                shell.print("Domain: '\(record.name)'\n")
                for parameter in record.parameters {
                    shell.print("  \(parameter.name)=\(parameter.value.text ?? "")\n")
                }
            }
        }
    }
}
