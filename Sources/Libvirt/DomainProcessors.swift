import CLibvirt
import Glibc

extension Domain {
    /// How many processors it has: those it uses, with `maximum` those it may get; `guest` asks
    /// the guest's agent. C: `virDomainGetVcpusFlags`.
    package func vcpuCount(
        _ impact: Impact, maximum: Bool, guest: Bool
    ) throws(LibvirtError) -> Int32 {
        var flags = impact.rawValue
        if maximum { flags |= VIR_DOMAIN_VCPU_MAXIMUM.rawValue }
        if guest { flags |= VIR_DOMAIN_VCPU_GUEST.rawValue }
        return try check(virDomainGetVcpusFlags(pointer, flags))
    }

    /// How many processors a running domain may get. C: `virDomainGetMaxVcpus`.
    package func maximumVCPUCount() throws(LibvirtError) -> Int32 {
        try check(virDomainGetMaxVcpus(pointer))
    }

    /// A processor of a running guest. C: `virVcpuInfo`.
    package struct VCPU: Sendable {
        package let number: UInt32
        /// A `virVcpuState`.
        package let state: Int32
        package let cpuNanoseconds: UInt64
        /// The host's processor that it runs on; -1 for none.
        package let hostCPU: Int32
        /// The host's processors that it may run on.
        package let affinity: CPUMap
    }

    /// At most `count` processors; the maps have room for `hostCPUCount` of the host's.
    /// C: `virDomainGetVcpus`.
    package func vcpus(count: Int32, hostCPUCount: Int32) throws(LibvirtError) -> [VCPU] {
        let length = CPUMap.length(hostCPUCount)
        var infos = [virVcpuInfo](repeating: virVcpuInfo(), count: Int(count))
        var maps = [UInt8](repeating: 0, count: Int(count) * length)
        let filled = try check(
            virDomainGetVcpus(pointer, &infos, count, &maps, Int32(length)))
        return infos.prefix(Int(filled)).enumerated().map { index, info in
            VCPU(
                number: info.number, state: info.state, cpuNanoseconds: info.cpuTime,
                hostCPU: info.cpu,
                affinity: CPUMap(bytes: Array(maps[index * length..<(index + 1) * length])))
        }
    }

    /// The host's processors that each of the first `count` processors may run on.
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

    /// What the guest's agent tells of its processors. C: `virDomainGetGuestVcpus`.
    package func guestVCPUs() throws(LibvirtError) -> [TypedParameter] {
        var array: virTypedParameterPtr?
        var count: UInt32 = 0
        try check(virDomainGetGuestVcpus(pointer, &array, &count, 0))
        return [TypedParameter](freeing: array, count: Int32(bitPattern: count))
    }

    /// Lets the guest's agent use or leave processors, e.g. `1,3-5`.
    /// C: `virDomainSetGuestVcpus`.
    package func setGuestVCPUs(_ list: String, enabled: Bool) throws(LibvirtError) {
        try check(virDomainSetGuestVcpus(pointer, list, enabled ? 1 : 0, 0))
    }

    /// A thread that serves disks, and the host's processors it may run on.
    /// C: `virDomainIOThreadInfo`.
    package struct IOThread: Sendable {
        package let id: UInt32
        package let affinity: CPUMap
    }

    /// C: `virDomainGetIOThreadInfo`.
    package func ioThreads(_ impact: Impact) throws(LibvirtError) -> [IOThread] {
        var array: UnsafeMutablePointer<virDomainIOThreadInfoPtr?>?
        let count = try check(virDomainGetIOThreadInfo(pointer, &array, impact.rawValue))
        defer {
            for index in 0..<Int(count) { virDomainIOThreadInfoFree(array?[index]) }
            free(array)
        }
        return (0..<Int(count)).compactMap { array?[$0]?.pointee }.map { info in
            IOThread(
                id: info.iothread_id,
                affinity: CPUMap(
                    bytes: (0..<max(0, Int(info.cpumaplen))).compactMap { info.cpumap?[$0] }))
        }
    }
}

/// A set of processors, one bit for each. C: the `cpumap` of many calls.
package struct CPUMap: Sendable {
    package let bytes: [UInt8]

    package init(bytes: [UInt8]) { self.bytes = bytes }

    /// The bytes that a map of so many processors takes. C: `VIR_CPU_MAPLEN`.
    static func length(_ count: Int32) -> Int { (max(0, Int(count)) + 7) / 8 }

    /// Whether a processor is in it. C: `VIR_CPU_USED`.
    package func contains(_ cpu: Int) -> Bool {
        bytes.indices.contains(cpu / 8) && bytes[cpu / 8] & 1 << UInt8(cpu % 8) != 0
    }

    /// Its processors as ranges, e.g. `0-2,5`; empty where there are none.
    /// libvirt 9.0.0: `virBitmapDataFormat`.
    package var ranges: String {
        var ranges: [ClosedRange<Int>] = []
        for cpu in 0..<bytes.count * 8 where contains(cpu) {
            if let last = ranges.last, last.upperBound == cpu - 1 {
                ranges[ranges.count - 1] = last.lowerBound...cpu
            } else {
                ranges.append(cpu...cpu)
            }
        }
        return ranges.map {
            $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)"
        }.joined(separator: ",")
    }
}

extension Connection {
    /// How many processors the host has, those offline too. C: `virNodeGetCPUMap`.
    package func cpuCount() throws(LibvirtError) -> Int32 {
        try check(virNodeGetCPUMap(pointer, nil, nil, 0))
    }
}
