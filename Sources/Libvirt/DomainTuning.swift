import CLibvirt
import Glibc

extension Domain {
    /// How its CPU time is shared out: the scheduler, and how many parameters it has.
    /// C: `virDomainGetSchedulerType`.
    package func scheduler() throws(LibvirtError) -> (type: String, parameterCount: Int32) {
        var count: Int32 = 0
        let type = String(freeing: try check(virDomainGetSchedulerType(pointer, &count)))
        return (type, count)
    }

    /// C: `virDomainGetSchedulerParameters`, `virDomainGetSchedulerParametersFlags`; `nil` as
    /// impact is the former.
    package func schedulerParameters(
        count: Int32, _ impact: Impact?
    ) throws(LibvirtError) -> [TypedParameter] {
        try readParameters(count: count) { array, count throws(LibvirtError) in
            if let impact {
                try check(
                    virDomainGetSchedulerParametersFlags(
                        pointer, array, count, impact.rawValue))
            } else {
                try check(virDomainGetSchedulerParameters(pointer, array, count))
            }
        }
    }

    /// C: `virDomainSetSchedulerParameters`, `virDomainSetSchedulerParametersFlags`; `nil` as
    /// impact is the former.
    package func setSchedulerParameters(
        _ parameters: [TypedParameter], _ impact: Impact?
    ) throws(LibvirtError) {
        try parameters.withC { array, count throws(LibvirtError) in
            if let impact {
                try check(
                    virDomainSetSchedulerParametersFlags(
                        pointer, array, count, impact.rawValue))
            } else {
                try check(virDomainSetSchedulerParameters(pointer, array, count))
            }
        }
    }

    /// How many limits on memory there are. C: `virDomainGetMemoryParameters`.
    package func memoryParameterCount(_ impact: Impact) throws(LibvirtError) -> Int32 {
        var count: Int32 = 0
        try check(virDomainGetMemoryParameters(pointer, nil, &count, impact.rawValue))
        return count
    }

    /// The limits on memory, in KiB. C: `virDomainGetMemoryParameters`.
    package func memoryParameters(
        count: Int32, _ impact: Impact
    ) throws(LibvirtError) -> [TypedParameter] {
        try readParameters(count: count) { array, count throws(LibvirtError) in
            try check(virDomainGetMemoryParameters(pointer, array, count, impact.rawValue))
        }
    }

    /// C: `virDomainSetMemoryParameters`.
    package func setMemoryParameters(
        _ parameters: [TypedParameter], _ impact: Impact
    ) throws(LibvirtError) {
        try parameters.withC { array, count throws(LibvirtError) in
            try check(virDomainSetMemoryParameters(pointer, array, count, impact.rawValue))
        }
    }

    /// The value of a memory limit that is none. C: `VIR_DOMAIN_MEMORY_PARAM_UNLIMITED`.
    package static let unlimitedMemory: UInt64 = 9_007_199_254_740_991

    /// Sets the memory that the guest has, or with `maximum` the most it may get, in KiB.
    /// C: `virDomainSetMemoryFlags`.
    package func setMemory(
        kiB: UInt64, maximum: Bool = false, _ impact: Impact
    ) throws(LibvirtError) {
        try check(
            virDomainSetMemoryFlags(
                pointer, UInt(kiB),
                impact.rawValue | (maximum ? VIR_DOMAIN_MEM_MAXIMUM.rawValue : 0)))
    }

    package struct VCPUFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virDomainVcpuFlags) { rawValue = flag.rawValue }
        package static let live = Self(VIR_DOMAIN_VCPU_LIVE)
        package static let config = Self(VIR_DOMAIN_VCPU_CONFIG)
        package static let maximum = Self(VIR_DOMAIN_VCPU_MAXIMUM)
        package static let guest = Self(VIR_DOMAIN_VCPU_GUEST)
        package static let hotpluggable = Self(VIR_DOMAIN_VCPU_HOTPLUGGABLE)
    }

    /// Sets the number of processors; `nil` as flags means the running ones.
    /// C: `virDomainSetVcpus`, `virDomainSetVcpusFlags`.
    package func setVCPUs(_ count: UInt32, _ flags: VCPUFlags?) throws(LibvirtError) {
        if let flags {
            try check(virDomainSetVcpusFlags(pointer, count, flags.rawValue))
        } else {
            try check(virDomainSetVcpus(pointer, count))
        }
    }

    /// Adds or removes single processors, e.g. `1,3-5`. C: `virDomainSetVcpu`.
    package func setVCPUs(
        _ list: String, enabled: Bool, _ impact: Impact
    ) throws(LibvirtError) {
        try check(virDomainSetVcpu(pointer, list, enabled ? 1 : 0, impact.rawValue))
    }

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
