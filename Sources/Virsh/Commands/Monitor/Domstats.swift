import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdDomstats` in virsh-domain-monitor.c.
    static let domstats = Command(
        "domstats", .reads, help: "all numbers about some domains, or all of them"
    ) { options in
        let types: [(Key<Bool>, Domain.StatisticsTypes)] = [
            (options.flag("state", "the state"), .state),
            (options.flag("cpu-total", "the CPU time"), .cpuTotal),
            (options.flag("balloon", "the memory balloon"), .balloon),
            (options.flag("vcpu", "the processors"), .vcpu),
            (options.flag("interface", "the network interfaces"), .interface),
            (options.flag("block", "the disks"), .block),
            (options.flag("perf", "the processor's counters"), .perf),
            (options.flag("iothread", "the threads that serve disks"), .iothread),
            (options.flag("memory", "the memory bandwidth"), .memory),
            (options.flag("dirtyrate", "how fast memory changes"), .dirtyRate),
            (options.flag("vm", "what the hypervisor counts"), .vm),
        ]
        let filters: [(Key<Bool>, Domain.StatisticsFlags)] = [
            (options.flag("list-active", "only domains that run"), .active),
            (options.flag("list-inactive", "only domains that do not run"), .inactive),
            (options.flag("list-persistent", "only domains that are stored"), .persistent),
            (options.flag("list-transient", "only domains that are not stored"), .transient),
            (options.flag("list-running", "only domains in this state"), .running),
            (options.flag("list-paused", "only domains in this state"), .paused),
            (options.flag("list-shutoff", "only domains in this state"), .shutOff),
            (options.flag("list-other", "only domains in other states"), .other),
        ]
        _ = options.flag("raw", "as libvirt gives them, which is so anyway")
        let modes: [(Key<Bool>, Domain.StatisticsFlags)] = [
            (options.flag("enforce", "fail where not all are there"), .enforce),
            (options.flag("backing", "also the files below the disks"), .backing),
            (options.flag("nowait", "only what is at hand"), .noWait),
        ]
        let domains = options.rest("domain", "domains, by name, id or uuid")

        return { shell, given in
            var wanted: Domain.StatisticsTypes = []
            for (key, type) in types where try given[key] { wanted.insert(type) }
            var flags: Domain.StatisticsFlags = []
            for (key, flag) in filters + modes where try given[key] { flags.insert(flag) }
            let domains =
                given.has(domains) ? try given[domains].map { try shell.domain($0) } : nil
            let records = try shell.connection.statistics(of: domains, wanted, flags)
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
