import CLibvirt

extension Domain {
    /// How many virtual processors the domain has, or with `maximum` may get at most; `guest` asks
    /// the guest's agent how many it uses. C: `virDomainGetVcpusFlags`.
    package func vcpuCount(
        _ impact: Impact, maximum: Bool, guest: Bool
    ) throws(LibvirtError) -> Int32 {
        var flags = impact.rawValue
        if maximum { flags |= VIR_DOMAIN_VCPU_MAXIMUM.rawValue }
        if guest { flags |= VIR_DOMAIN_VCPU_GUEST.rawValue }
        return try check(virDomainGetVcpusFlags(pointer, flags))
    }

    /// How many virtual processors a running domain may get. C: `virDomainGetMaxVcpus`.
    package func maximumVCPUCount() throws(LibvirtError) -> Int32 {
        try check(virDomainGetMaxVcpus(pointer))
    }

    /// What a virtual processor does. C: `virVcpuState`.
    package enum VCPUState: Int32, Sendable {
        case offline, running, blocked
    }

    /// A virtual processor of a running guest. C: `virVcpuInfo`.
    package struct VCPU: Sendable {
        /// From 0.
        package let number: UInt32
        /// `nil` if libvirt reports a state that is not known here.
        package let state: VCPUState?
        /// The CPU time that it used.
        package let cpuNanoseconds: UInt64
        /// The processor of the host that it runs on; -1 if none.
        package let hostCPU: Int32
        /// The processors of the host that it may run on.
        package let affinity: CPUMap
    }

    /// The virtual processors, at most `count`, with maps for `hostCPUCount` processors of the
    /// host.
    /// C: `virDomainGetVcpus`.
    package func vcpus(count: Int32, hostCPUCount: Int32) throws(LibvirtError) -> [VCPU] {
        let length = CPUMap.length(hostCPUCount)
        var infos = [virVcpuInfo](repeating: virVcpuInfo(), count: Int(count))
        // The maps lie one after another, each with room for all processors of the host.
        var maps = [UInt8](repeating: 0, count: Int(count) * length)
        let filled = try check(
            virDomainGetVcpus(pointer, &infos, count, &maps, Int32(length)))
        return infos.prefix(Int(filled)).enumerated().map { index, info in
            VCPU(
                number: info.number, state: VCPUState(rawValue: info.state),
                cpuNanoseconds: info.cpuTime,
                hostCPU: info.cpu,
                affinity: CPUMap(bytes: Array(maps[index * length..<(index + 1) * length])))
        }
    }

    /// The processors of the host that each of the first `count` virtual processors may run on.
    /// C: `virDomainGetVcpuPinInfo`.
    package func vcpuPinning(
        count: Int32, hostCPUCount: Int32, _ impact: Impact
    ) throws(LibvirtError) -> [CPUMap] {
        let length = CPUMap.length(hostCPUCount)
        var maps = [UInt8](repeating: 0, count: Int(count) * length)
        let filled = try check(
            virDomainGetVcpuPinInfo(pointer, count, &maps, Int32(length), impact.rawValue))
        return (0..<Int(filled)).map {
            CPUMap(bytes: Array(maps[$0 * length..<($0 + 1) * length]))
        }
    }

    /// What the guest's agent reports about processors, e.g. `online` `0-3`.
    /// C: `virDomainGetGuestVcpus`.
    package func guestVCPUs() throws(LibvirtError) -> [TypedParameter] {
        var array: virTypedParameterPtr?
        var count: UInt32 = 0
        try check(virDomainGetGuestVcpus(pointer, &array, &count, 0))
        // This call has an unsigned count, unlike all similar ones.
        return [TypedParameter](freeing: array, count: Int32(bitPattern: count))
    }

    /// Lets the guest's agent enable or disable processors, e.g. `1,3-5`.
    /// C: `virDomainSetGuestVcpus`.
    package func setGuestVCPUs(_ list: String, enabled: Bool) throws(LibvirtError) {
        try check(virDomainSetGuestVcpus(pointer, list, enabled ? 1 : 0, 0))
    }

    /// Which number of processors is set, and how. C: `virDomainVcpuFlags`.
    package struct VCPUFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virDomainVcpuFlags) { rawValue = flag.rawValue }
        package static let live = Self(VIR_DOMAIN_VCPU_LIVE)
        package static let config = Self(VIR_DOMAIN_VCPU_CONFIG)
        package static let maximum = Self(VIR_DOMAIN_VCPU_MAXIMUM)
        package static let guest = Self(VIR_DOMAIN_VCPU_GUEST)
        package static let hotpluggable = Self(VIR_DOMAIN_VCPU_HOTPLUGGABLE)
        /// Do not wait until the guest has released a processor. C: `VIR_DOMAIN_VCPU_ASYNC_UNPLUG`.
        package static let asynchronous = Self(rawValue: 1 << 5)
    }

    /// Sets the number of virtual processors; `nil` as flags means those of the running domain.
    /// C: `virDomainSetVcpus`, `virDomainSetVcpusFlags`.
    package func setVCPUs(_ count: UInt32, _ flags: VCPUFlags?) throws(LibvirtError) {
        if let flags {
            try check(virDomainSetVcpusFlags(pointer, count, flags.rawValue))
        } else {
            try check(virDomainSetVcpus(pointer, count))
        }
    }

    /// Adds or removes single virtual processors, e.g. `1,3-5`; `asynchronous` does not wait until
    /// the guest has released them. C: `virDomainSetVcpu`.
    package func setVCPUs(
        _ list: String, enabled: Bool, asynchronous: Bool, _ impact: Impact
    ) throws(LibvirtError) {
        // VIR_DOMAIN_SETVCPU_ASYNC_UNPLUG
        let flags = impact.rawValue | (asynchronous ? 1 << 2 : 0)
        try check(virDomainSetVcpu(pointer, list, enabled ? 1 : 0, flags))
    }
}
