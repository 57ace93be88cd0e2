import CLibvirt
import Glibc

extension Connection {
    /// Stands for all processors of the host. C: `VIR_NODE_CPU_STATS_ALL_CPUS`.
    package static let allCPUs: Int32 = -1

    /// The host's processors: how many it has, how many of them work and which.
    /// C: `virNodeGetCPUMap`.
    package func cpuMap() throws(LibvirtError) -> (count: Int32, online: UInt32, map: CPUMap) {
        var bytes: UnsafeMutablePointer<UInt8>?
        var online: UInt32 = 0
        let count = try check(virNodeGetCPUMap(pointer, &bytes, &online, 0))
        defer { free(bytes) }
        let map = (0..<CPUMap.length(count)).compactMap { bytes?[$0] }
        return (count, online, CPUMap(bytes: map))
    }

    /// How many values `cpuStatistics` gives at most; `cpu` -1 means all processors.
    /// C: `virNodeGetCPUStats`.
    package func cpuStatisticsCount(cpu: Int32) throws(LibvirtError) -> Int32 {
        var count: Int32 = 0
        try check(virNodeGetCPUStats(pointer, cpu, nil, &count, 0))
        return count
    }

    /// How the host's processors spent their time: nanoseconds by name, e.g. `idle`, or percent
    /// where the name is `utilization`. `cpu` -1 means all of them. C: `virNodeGetCPUStats`.
    package func cpuStatistics(
        cpu: Int32, count: Int32
    ) throws(LibvirtError) -> [(name: String, value: UInt64)] {
        var values = [virNodeCPUStats](repeating: virNodeCPUStats(), count: max(0, Int(count)))
        var count = Int32(values.count)
        try check(virNodeGetCPUStats(pointer, cpu, &values, &count, 0))
        return values.prefix(max(0, Int(count))).map { (String(field: $0.field), $0.value) }
    }

    /// How many processors the host has, those offline too. C: `virNodeGetCPUMap`.
    package func cpuCount() throws(LibvirtError) -> Int32 {
        try check(virNodeGetCPUMap(pointer, nil, nil, 0))
    }
}
