import CLibvirt

extension Domain {
    /// How many processors of the host there are statistics of. C: `virDomainGetCPUStats`.
    package func hostCPUCount() throws(LibvirtError) -> Int32 {
        // Without an array and with 0 processors, the call returns their number.
        try check(virDomainGetCPUStats(pointer, nil, 0, 0, 0, 0))
    }

    /// How many parameters there are for one processor of the host, or with `nil` for the total.
    /// C: `virDomainGetCPUStats`.
    package func cpuStatisticsCount(of cpu: Int32?) throws(LibvirtError) -> Int32 {
        // Without an array and with 1 processor, it returns the number of parameters; -1 is the
        // total.
        try check(virDomainGetCPUStats(pointer, nil, 0, cpu ?? -1, 1, 0))
    }

    /// The CPU time of the domain on each of the `cpuCount` processors of the host from `cpu` on,
    /// e.g. `cpu_time` in nanoseconds; with `nil` one list with the total. The list of a processor
    /// that does not exist is empty.
    /// C: `virDomainGetCPUStats`.
    package func cpuStatistics(
        of cpu: Int32?, cpuCount: Int32, parameterCount: Int32
    ) throws(LibvirtError) -> [[TypedParameter]] {
        let capacity = Int(cpuCount) * Int(parameterCount)
        let array = virTypedParameterPtr.allocate(capacity: capacity)
        // Zeros, because type 0 marks what libvirt did not fill.
        array.initialize(repeating: virTypedParameter(), count: capacity)
        defer {
            virTypedParamsClear(array, Int32(capacity))
            array.deallocate()
        }
        let filled = try check(
            virDomainGetCPUStats(
                pointer, array, UInt32(parameterCount), cpu ?? -1, UInt32(cpuCount), 0))
        if cpu == nil { return [[TypedParameter](array, count: filled)] }
        return (0..<Int(cpuCount)).map { index in
            // libvirt fills `parameterCount` entries per processor and leaves those of a processor
            // that does not exist at type 0.
            let first = array + index * Int(parameterCount)
            return first.pointee.type == 0
                ? [] : [TypedParameter](first, count: parameterCount)
        }
    }
}
