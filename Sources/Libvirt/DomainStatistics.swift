import CLibvirt
import Glibc

extension Domain {
    /// A disk's size in bytes. C: `virDomainBlockInfo`.
    package struct BlockInfo: Sendable {
        package let capacity: UInt64
        package let allocation: UInt64
        package let physical: UInt64
        package init(capacity: UInt64, allocation: UInt64, physical: UInt64) {
            self.capacity = capacity
            self.allocation = allocation
            self.physical = physical
        }
    }

    /// The size of a disk, named by its target or its source. C: `virDomainGetBlockInfo`.
    package func blockInfo(_ disk: String) throws(LibvirtError) -> BlockInfo {
        var info = virDomainBlockInfo()
        try check(virDomainGetBlockInfo(pointer, disk, &info, 0))
        return BlockInfo(
            capacity: info.capacity, allocation: info.allocation, physical: info.physical)
    }

    /// What went through a disk, or with an empty name through all. C: `virDomainBlockStatsFlags`.
    package func blockStatistics(_ disk: String) throws(LibvirtError) -> BlockStatistics {
        var count: Int32 = 0
        try check(virDomainBlockStatsFlags(pointer, disk, nil, &count, 0))
        return BlockStatistics(count: count)
    }

    /// That a disk has statistics, and how many.
    package struct BlockStatistics: Sendable {
        let count: Int32
    }

    /// The numbers themselves. C: `virDomainBlockStatsFlags`.
    package func blockStatistics(
        _ disk: String, _ statistics: BlockStatistics
    ) throws(LibvirtError) -> [TypedParameter] {
        try readParameters(count: statistics.count) { (array, count) throws(LibvirtError) in
            try check(virDomainBlockStatsFlags(pointer, disk, array, count, 0))
        }
    }

    /// Reads, bytes read, writes, bytes written, errors; -1 for what is not known.
    /// C: `virDomainBlockStats`.
    package func oldBlockStatistics(_ disk: String) throws(LibvirtError) -> [Int64] {
        var numbers = virDomainBlockStatsStruct()
        try check(
            virDomainBlockStats(
                pointer, disk, &numbers, MemoryLayout<virDomainBlockStatsStruct>.size))
        return [
            numbers.rd_req, numbers.rd_bytes, numbers.wr_req, numbers.wr_bytes, numbers.errs,
        ]
    }

    /// Disks that failed, and a `virDomainDiskErrorCode` for each. C: `virDomainGetDiskErrors`.
    package func diskErrors() throws(LibvirtError) -> [(disk: String, error: Int32)] {
        let count = try check(virDomainGetDiskErrors(pointer, nil, 0, 0))
        guard count > 0 else { return [] }
        var array = [virDomainDiskError](repeating: virDomainDiskError(), count: Int(count))
        defer { for error in array { free(error.disk) } }
        let filled = try check(virDomainGetDiskErrors(pointer, &array, UInt32(count), 0))
        return array.prefix(Int(filled)).map { error in
            (error.disk.map { String(libvirt: $0) } ?? "", error.error)
        }
    }

    /// What went through a network interface: bytes, packets, errors and drops, first received,
    /// then sent; -1 for what is not known. C: `virDomainInterfaceStats`.
    package func interfaceStatistics(_ interface: String) throws(LibvirtError) -> [Int64] {
        var numbers = virDomainInterfaceStatsStruct()
        try check(
            virDomainInterfaceStats(
                pointer, interface, &numbers,
                MemoryLayout<virDomainInterfaceStatsStruct>.size))
        return [
            numbers.rx_bytes, numbers.rx_packets, numbers.rx_errs, numbers.rx_drop,
            numbers.tx_bytes, numbers.tx_packets, numbers.tx_errs, numbers.tx_drop,
        ]
    }

    /// The guest's memory: a `virDomainMemoryStatTags` and a number for each, mostly KiB.
    /// C: `virDomainMemoryStats`.
    package func memoryStatistics() throws(LibvirtError) -> [(tag: Int32, value: UInt64)] {
        let room = Int(VIR_DOMAIN_MEMORY_STAT_NR.rawValue)
        var array = [virDomainMemoryStatStruct](
            repeating: virDomainMemoryStatStruct(), count: room)
        let count = try check(virDomainMemoryStats(pointer, &array, UInt32(room), 0))
        return array.prefix(Int(count)).map { ($0.tag, $0.val) }
    }

    /// How often the guest's balloon tells its numbers. C: `virDomainSetMemoryStatsPeriod`.
    package func setMemoryStatisticsPeriod(
        seconds: Int32, _ impact: Impact
    ) throws(LibvirtError) {
        try check(virDomainSetMemoryStatsPeriod(pointer, seconds, impact.rawValue))
    }

    /// Which statistics are wanted; none means all that the driver has.
    /// C: `virDomainStatsTypes`.
    package struct StatisticsTypes: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virDomainStatsTypes) { rawValue = flag.rawValue }
        package static let state = Self(VIR_DOMAIN_STATS_STATE)
        package static let cpuTotal = Self(VIR_DOMAIN_STATS_CPU_TOTAL)
        package static let balloon = Self(VIR_DOMAIN_STATS_BALLOON)
        package static let vcpu = Self(VIR_DOMAIN_STATS_VCPU)
        package static let interface = Self(VIR_DOMAIN_STATS_INTERFACE)
        package static let block = Self(VIR_DOMAIN_STATS_BLOCK)
        package static let perf = Self(VIR_DOMAIN_STATS_PERF)
        package static let iothread = Self(VIR_DOMAIN_STATS_IOTHREAD)
        package static let memory = Self(VIR_DOMAIN_STATS_MEMORY)
        package static let dirtyRate = Self(VIR_DOMAIN_STATS_DIRTYRATE)
        package static let vm = Self(VIR_DOMAIN_STATS_VM)
    }

    /// How statistics are collected, and of which domains.
    /// C: `virConnectGetAllDomainStatsFlags`.
    package struct StatisticsFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virConnectGetAllDomainStatsFlags) { rawValue = flag.rawValue }
        package static let active = Self(VIR_CONNECT_GET_ALL_DOMAINS_STATS_ACTIVE)
        package static let inactive = Self(VIR_CONNECT_GET_ALL_DOMAINS_STATS_INACTIVE)
        package static let persistent = Self(VIR_CONNECT_GET_ALL_DOMAINS_STATS_PERSISTENT)
        package static let transient = Self(VIR_CONNECT_GET_ALL_DOMAINS_STATS_TRANSIENT)
        package static let running = Self(VIR_CONNECT_GET_ALL_DOMAINS_STATS_RUNNING)
        package static let paused = Self(VIR_CONNECT_GET_ALL_DOMAINS_STATS_PAUSED)
        package static let shutOff = Self(VIR_CONNECT_GET_ALL_DOMAINS_STATS_SHUTOFF)
        package static let other = Self(VIR_CONNECT_GET_ALL_DOMAINS_STATS_OTHER)
        package static let noWait = Self(VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT)
        package static let backing = Self(VIR_CONNECT_GET_ALL_DOMAINS_STATS_BACKING)
        package static let enforce = Self(VIR_CONNECT_GET_ALL_DOMAINS_STATS_ENFORCE_STATS)
    }
}

extension Connection {
    /// A domain's name and its numbers, e.g. `state.state` 1. C: `virDomainStatsRecord`.
    package typealias StatisticsRecord = (name: String, parameters: [TypedParameter])

    /// Numbers about many domains: those named, or with `nil` all.
    /// C: `virDomainListGetStats`, `virConnectGetAllDomainStats`.
    package func statistics(
        of domains: [Domain]?, _ types: Domain.StatisticsTypes, _ flags: Domain.StatisticsFlags
    ) throws(LibvirtError) -> [StatisticsRecord] {
        var records: UnsafeMutablePointer<virDomainStatsRecordPtr?>?
        defer { virDomainStatsRecordListFree(records) }
        let count: Int32
        if let domains {
            var pointers: [virDomainPtr?] = domains.map(\.pointer) + [nil]
            count = try withExtendedLifetime(domains) { () throws(LibvirtError) in
                try check(
                    virDomainListGetStats(&pointers, types.rawValue, &records, flags.rawValue))
            }
        } else {
            count = try check(
                virConnectGetAllDomainStats(pointer, types.rawValue, &records, flags.rawValue))
        }
        return (0..<Int(count)).compactMap { records?[$0]?.pointee }.map { record in
            (
                virDomainGetName(record.dom).map { String(libvirt: $0) } ?? "",
                [TypedParameter](record.params, count: record.nparams)
            )
        }
    }
}
