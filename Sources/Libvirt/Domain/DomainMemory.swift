import CLibvirt

extension Domain {
    /// How many parameters `memoryParameters` returns at most. C: `virDomainGetMemoryParameters`.
    package func memoryParameterCount(_ impact: Impact) throws(LibvirtError) -> Int32 {
        var count: Int32 = 0
        try check(virDomainGetMemoryParameters(pointer, nil, &count, impact.rawValue))
        return count
    }

    /// The memory limits in KiB, e.g. `hard_limit`. C: `virDomainGetMemoryParameters`.
    package func memoryParameters(
        count: Int32, _ impact: Impact
    ) throws(LibvirtError) -> [TypedParameter] {
        try readParameters(count: count) { array, count throws(LibvirtError) in
            try check(virDomainGetMemoryParameters(pointer, array, count, impact.rawValue))
        }
    }

    /// Sets memory limits in KiB. C: `virDomainSetMemoryParameters`.
    package func setMemoryParameters(
        _ parameters: [TypedParameter], _ impact: Impact
    ) throws(LibvirtError) {
        try parameters.withC { array, count throws(LibvirtError) in
            try check(virDomainSetMemoryParameters(pointer, array, count, impact.rawValue))
        }
    }

    /// The value of a memory limit that means "unlimited". C: `VIR_DOMAIN_MEMORY_PARAM_UNLIMITED`.
    package static let unlimitedMemory: UInt64 = 9_007_199_254_740_991

    /// Sets the guest's memory in KiB, or with `maximum` the most that it may get.
    /// C: `virDomainSetMemoryFlags`.
    package func setMemory(
        kiB: UInt64, maximum: Bool = false, _ impact: Impact
    ) throws(LibvirtError) {
        try check(
            virDomainSetMemoryFlags(
                pointer, UInt(kiB),
                impact.rawValue | (maximum ? VIR_DOMAIN_MEM_MAXIMUM.rawValue : 0)))
    }

    /// A number about a guest's memory. C: `virDomainMemoryStatTags`.
    package enum MemoryStatistic: Int32, Sendable {
        /// KiB since the guest started.
        case swapIn, swapOut
        /// Counts since the guest started.
        case majorFaults, minorFaults
        /// KiB now.
        case unused, available, actualBalloon, rss, usable
        /// Seconds since 1970.
        case lastUpdate
        /// KiB now.
        case diskCaches
        /// Counts since the guest started.
        case hugePageAllocations, hugePageFailures
    }

    /// The numbers about the guest's memory that the driver knows; those that are not known here
    /// are left out. C: `virDomainMemoryStats`.
    package func memoryStatistics() throws(LibvirtError) -> [(MemoryStatistic, value: UInt64)] {
        // The number of tags in the headers; of newer ones libvirt returns at most as many as fit.
        let capacity = Int(VIR_DOMAIN_MEMORY_STAT_NR.rawValue)
        var array = [virDomainMemoryStatStruct](
            repeating: virDomainMemoryStatStruct(), count: capacity)
        let count = try check(virDomainMemoryStats(pointer, &array, UInt32(capacity), 0))
        return array.prefix(Int(count)).compactMap { number in
            MemoryStatistic(rawValue: number.tag).map { ($0, number.val) }
        }
    }

    /// Sets how often the guest's balloon driver updates its statistics; 0 means never.
    /// C: `virDomainSetMemoryStatsPeriod`.
    package func setMemoryStatisticsPeriod(
        seconds: Int32, _ impact: Impact
    ) throws(LibvirtError) {
        try check(virDomainSetMemoryStatsPeriod(pointer, seconds, impact.rawValue))
    }
}
