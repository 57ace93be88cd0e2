import Libvirt
import Policy
import System
import Text

extension Command {
    /// virsh 9.0.0: `cmdNodeCpuStats` in virsh-host.c.
    static let nodecpustats = Command(
        "nodecpustats", .host, help: "print the CPU times of the host in nanoseconds"
    ) { options in
        let cpu = options.number("cpu", "print only this CPU", as: .int32)
        let percent = options.flag("percent", "print percentages, measured over the next second")

        return { shell, given in
            let showsShares = try given[percent]
            let cpu = try given[cpu] ?? Connection.allCPUs
            let connection = try shell.connection
            let count = try shell.explaining("Unable to get number of cpu stats") {
                () throws(LibvirtError) in try connection.cpuStatisticsCount(cpu: cpu)
            }
            guard count > 0 else { return }
            func times() throws -> [String: UInt64] {
                let values = try shell.explaining("Unable to get node cpu stats") {
                    () throws(LibvirtError) in
                    try connection.cpuStatistics(cpu: cpu, count: count)
                }
                return Dictionary(values.map { ($0.name, $0.value) }) { $1 }
            }
            let before = try times()
            guard showsShares else { return shell.printTimes(before) }
            // Some hypervisors report a percentage themselves, so nothing needs to be measured.
            if let usage = before["utilization"] { return shell.printUsage(usage) }
            try pauseOrCancel(milliseconds: 1000)
            let after = try times()
            // Wrapping, like C's unsigned subtraction: a counter may go backwards.
            shell.printShares(before.merging(after) { $1 &- $0 })
        }
    }
}

extension Shell {
    /// The names of CPU times in libvirt, with virsh's labels in its order.
    private var cpuTimes: [(name: String, label: String)] {
        let names = [
            ("user", "user:"), ("kernel", "system:"), ("idle", "idle:"), ("iowait", "iowait:"),
            ("intr", "intr:"),
        ]
        return version < .init(12, 0) ? names : names + [("guest", "guest:")]
    }

    fileprivate func printTimes(_ times: [String: UInt64]) {
        for (name, label) in cpuTimes {
            guard let time = times[name] else { continue }
            print("\(label.padded(15)) \("\(time)".aligned(20))\n")
        }
    }

    /// Prints a percentage that the hypervisor reported.
    fileprivate func printUsage(_ usage: UInt64) {
        print("\("usage:".padded(15)) \("\(usage)".aligned(5))%\n")
        print("\("idle:".padded(15)) \("\(100 &- usage)".aligned(5))%\n")
    }

    fileprivate func printShares(_ times: [String: UInt64]) {
        func time(_ name: String) -> UInt64 { times[name] ?? 0 }
        let total = cpuTimes.reduce(0.0) { $0 + Double(time($1.name)) }
        func line(_ label: String, _ share: Double) -> String {
            "\(label.padded(15)) \(fixed(share, 1).aligned(5))%\n"
        }
        print(line("usage:", Double(time("user") &+ time("kernel")) / total * 100))
        for (name, label) in cpuTimes where times[name] != nil {
            print(line(label, Double(time(name)) / total * 100))
        }
    }
}
