import Libvirt
import Policy
import Text

extension Command {
    /// virsh 9.0.0: `cmdCPUStats` in virsh-domain.c.
    static let cpuStats = Command(
        "cpu-stats", .read, on: .domain, help: "a domain's CPU time per host processor"
    ) { options in
        let domain = options.domain()
        let total = options.flag("total", "only the total")
        let start = options.number("start", "first host processor to show", as: .int32)
        let count = options.number("count", "number of processors to show", as: .int32)

        return { shell, given in
            let domain = try shell.domain(given[domain])
            var showsTotal = try given[total]
            let start = try given[start]
            if let start, start < 0 { throw CommandFailure("Invalid value for start CPU") }
            let count = try given[count]
            if let count, count < 0 {
                throw CommandFailure("Invalid value for number of CPUs to show")
            }
            // By default both are shown; an option selects its part.
            var showsEach = start != nil || count != nil
            if !showsTotal, !showsEach { (showsTotal, showsEach) = (true, true) }

            let name = try domain.name()
            let failure = "Failed to retrieve CPU statistics for domain '\(name)'"
            if showsEach {
                try shell.printEach(
                    of: domain, from: start ?? 0, count: count, totalFollows: showsTotal, failure)
            }
            if showsTotal { try shell.printTotal(of: domain, failure) }
        }
    }
}

extension Shell {
    /// Prints the times on each processor. If libvirt has none, that is an error unless the
    /// total follows.
    fileprivate func printEach(
        of domain: Domain, from start: Int32, count: Int32?, totalFollows: Bool,
        _ failure: String
    ) throws {
        let available = try explaining(failure) { () throws(LibvirtError) in
            try domain.hostCPUCount()
        }
        guard start < available else {
            throw CommandFailure(
                "Start CPU \(start) is out of range (min: 0, max: \(available - 1))")
        }
        // A quirk of virsh: the count is compared with the number of all processors, not with
        // those from `start` on.
        var rest = count ?? available - start
        if rest > available {
            print("Only \(available) CPUs available to show\n")
            rest = available - start
        }
        let parameters = try explaining(failure) { () throws(LibvirtError) in
            try domain.cpuStatisticsCount(of: 0)
        }
        guard parameters != 0 else {
            print("No per-CPU stats available")
            guard totalFollows else { throw CommandFailure.silent }
            return
        }
        var first = start
        while rest > 0 {
            let part = min(rest, 128)  // libvirt's RPC refuses more in one call
            let lists = try explaining(failure) { () throws(LibvirtError) in
                try domain.cpuStatistics(
                    of: first, cpuCount: part, parameterCount: parameters)
            }
            for (index, list) in lists.enumerated() where !list.isEmpty {
                print("CPU\(Int(first) + index):\n")
                for parameter in list { printTime(parameter) }
            }
            first += part
            rest -= part
        }
    }

    fileprivate func printTotal(of domain: Domain, _ failure: String) throws {
        let parameters = try explaining(failure) { () throws(LibvirtError) in
            try domain.cpuStatisticsCount(of: nil)
        }
        guard parameters != 0 else {
            print("No total stats available")
            throw CommandFailure.silent
        }
        let list = try explaining(failure) { () throws(LibvirtError) in
            try domain.cpuStatistics(of: nil, cpuCount: 1, parameterCount: parameters)
        }
        print("Total:\n")
        for parameter in list.first ?? [] { printTime(parameter) }
    }

    /// Prints one number; times, which are in nanoseconds, as seconds with nine decimals.
    /// virsh 9.0.0: `vshCPUStatsPrintField`.
    private func printTime(_ parameter: TypedParameter) {
        let label = "\t\(parameter.name.padded(12)) "
        let times = ["cpu_time", "vcpu_time", "user_time", "system_time"]
        if case .uint64(let time) = parameter.value, times.contains(parameter.name) {
            let digits = "\(time % 1_000_000_000)"
            let zeros = String(repeating: "0", count: 9 - digits.count)
            let seconds = "\(time / 1_000_000_000)".aligned(9)
            print("\(label)\(seconds).\(zeros)\(digits) seconds\n")
        } else {
            print("\(label)\(parameter.value.text ?? "")\n")
        }
    }
}
