import CLibvirt

extension Domain {
    /// How many processors of the host there are numbers about. C: `virDomainGetCPUStats`.
    package func hostCPUCount() throws(LibvirtError) -> Int32 {
        try check(virDomainGetCPUStats(pointer, nil, 0, 0, 0, 0))
    }

    /// How many numbers there are about one processor of the host, or with `nil` about all of
    /// them together. C: `virDomainGetCPUStats`.
    package func cpuStatisticsCount(of cpu: Int32?) throws(LibvirtError) -> Int32 {
        try check(virDomainGetCPUStats(pointer, nil, 0, cpu ?? -1, 1, 0))
    }

    /// The CPU time the domain had, on `cpuCount` processors of the host from `cpu` on, or with
    /// `nil` on all together; one list for each, empty for a processor that is not there.
    /// C: `virDomainGetCPUStats`.
    package func cpuStatistics(
        of cpu: Int32?, cpuCount: Int32, parameterCount: Int32
    ) throws(LibvirtError) -> [[TypedParameter]] {
        let room = Int(cpuCount) * Int(parameterCount)
        let array = virTypedParameterPtr.allocate(capacity: room)
        array.initialize(repeating: virTypedParameter(), count: room)
        defer {
            virTypedParamsClear(array, Int32(room))
            array.deallocate()
        }
        let filled = try check(
            virDomainGetCPUStats(
                pointer, array, UInt32(parameterCount), cpu ?? -1, UInt32(cpuCount), 0))
        if cpu == nil { return [[TypedParameter](array, count: filled)] }
        return (0..<Int(cpuCount)).map { index in
            let first = array + index * Int(parameterCount)
            return first.pointee.type == 0
                ? [] : [TypedParameter](first, count: parameterCount)
        }
    }
}
