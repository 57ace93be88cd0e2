import CLibvirt
import Glibc

extension Connection {
    /// Stands for all processors of the host. C: `VIR_NODE_CPU_STATS_ALL_CPUS`.
    package static let allCPUs: Int32 = -1

    /// The number of the host's processors, how many of them are online, and which.
    /// C: `virNodeGetCPUMap`.
    package func cpuMap() throws(LibvirtError) -> (count: Int32, online: UInt32, map: CPUMap) {
        var bytes: UnsafeMutablePointer<UInt8>?
        var online: UInt32 = 0
        let count = try check(virNodeGetCPUMap(pointer, &bytes, &online, 0))
        // libvirt allocated the map for us, with one bit for each processor, online or not.
        defer { free(bytes) }
        let map = (0..<CPUMap.length(count)).compactMap { bytes?[$0] }
        return (count, online, CPUMap(bytes: map))
    }

    /// How many values `cpuStatistics` returns at most. C: `virNodeGetCPUStats`.
    package func cpuStatisticsCount(cpu: Int32) throws(LibvirtError) -> Int32 {
        var count: Int32 = 0
        try check(virNodeGetCPUStats(pointer, cpu, nil, &count, 0))
        return count
    }

    /// How a processor of the host, or with `allCPUs` all of them, spent its time, by name:
    /// nanoseconds, e.g. of `idle`, or for `utilization` percent. C: `virNodeGetCPUStats`.
    package func cpuStatistics(
        cpu: Int32, count: Int32
    ) throws(LibvirtError) -> [(name: String, value: UInt64)] {
        var values = [virNodeCPUStats](repeating: virNodeCPUStats(), count: max(0, Int(count)))
        var count = Int32(values.count)
        try check(virNodeGetCPUStats(pointer, cpu, &values, &count, 0))
        return values.prefix(max(0, Int(count))).map { (String(field: $0.field), $0.value) }
    }

    /// How many processors the host has, including those that are offline. C: `virNodeGetCPUMap`.
    package func cpuCount() throws(LibvirtError) -> Int32 {
        try check(virNodeGetCPUMap(pointer, nil, nil, 0))
    }
}
