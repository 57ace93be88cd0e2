import CLibvirt

extension Domain {
    /// Which performance counters are enabled, e.g. `cache_misses` false.
    /// C: `virDomainGetPerfEvents`.
    package func perfEvents(_ impact: Impact) throws(LibvirtError) -> [TypedParameter] {
        var array: virTypedParameterPtr?
        var count: Int32 = 0
        try check(virDomainGetPerfEvents(pointer, &array, &count, impact.rawValue))
        return [TypedParameter](freeing: array, count: count)
    }

    /// Enables or disables performance counters. C: `virDomainSetPerfEvents`.
    package func setPerfEvents(
        _ events: [TypedParameter], _ impact: Impact
    ) throws(LibvirtError) {
        try events.withC { (array, count) throws(LibvirtError) in
            try check(virDomainSetPerfEvents(pointer, array, count, impact.rawValue))
        }
    }

    /// How the rate of memory changes is measured. C: `virDomainDirtyRateCalcFlags`.
    package struct DirtyRateMode: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virDomainDirtyRateCalcFlags) { rawValue = flag.rawValue }
        package static let pageSampling = Self(VIR_DOMAIN_DIRTYRATE_MODE_PAGE_SAMPLING)
        package static let dirtyBitmap = Self(VIR_DOMAIN_DIRTYRATE_MODE_DIRTY_BITMAP)
        package static let dirtyRing = Self(VIR_DOMAIN_DIRTYRATE_MODE_DIRTY_RING)
    }

    /// Starts to measure how much memory the guest changes per second; the result is in the
    /// domain's statistics, see `StatisticsTypes.dirtyRate`. C: `virDomainStartDirtyRateCalc`.
    package func measureDirtyRate(
        seconds: Int32, _ mode: DirtyRateMode
    ) throws(LibvirtError) {
        try check(virDomainStartDirtyRateCalc(pointer, seconds, mode.rawValue))
    }
}
