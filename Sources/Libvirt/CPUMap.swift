import CLibvirt
import Glibc

/// A set of the host's processors, one bit each.
package struct CPUMap: Hashable, Sendable {
    package private(set) var bytes: [UInt8]

    /// The processors with these numbers, in as many bytes as the highest needs.
    package init(_ numbers: some Collection<Int>) {
        bytes = [UInt8](repeating: 0, count: (numbers.max() ?? -1) / 8 + 1)
        for number in numbers { bytes[number / 8] |= 1 << (number % 8) }
    }

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// Their numbers, ascending.
    package var numbers: [Int] {
        (0..<bytes.count * 8).filter { bytes[$0 / 8] & 1 << ($0 % 8) != 0 }
    }

    /// The numbers as text, e.g. `0-2,5`. libvirt 9.0.0: `virBitmapFormat`.
    package var text: String {
        var ranges: [ClosedRange<Int>] = []
        for number in numbers {
            if let last = ranges.last, last.upperBound + 1 == number {
                ranges[ranges.count - 1] = last.lowerBound...number
            } else {
                ranges.append(number...number)
            }
        }
        return ranges.map {
            $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)"
        }.joined(separator: ",")
    }
}

extension Connection {
    /// How many processors the host has, those that are off included.
    /// C: `virNodeGetCPUMap`, or `virNodeGetInfo` where there is no such call.
    package func cpuCount() throws(LibvirtError) -> Int {
        do throws(LibvirtError) {
            return Int(try check(virNodeGetCPUMap(pointer, nil, nil, 0)))
        } catch {
            LibvirtError.forgetReported()
            let info = try nodeInfo()
            return Int(info.numaCells) * Int(info.socketsPerCell) * Int(info.coresPerSocket)
                * Int(info.threadsPerCore)
        }
    }
}

extension Domain {
    /// How many processors it has; where `flags` are no use to an older host, its own error.
    /// C: `virDomainGetVcpusFlags`.
    package func vcpuCount(_ flags: VCPUFlags) throws(LibvirtError) -> Int {
        Int(try check(virDomainGetVcpusFlags(pointer, flags.rawValue)))
    }

    /// Where its first `count` processors may run, on a host of `hostCPUs`.
    /// C: `virDomainGetVcpuPinInfo`.
    package func vcpuPins(
        count: Int, hostCPUs: Int, _ impact: Impact
    ) throws(LibvirtError) -> [CPUMap] {
        let length = (hostCPUs + 7) / 8
        var maps = [UInt8](repeating: 0, count: max(count * length, 1))
        let filled = try check(
            virDomainGetVcpuPinInfo(
                pointer, Int32(count), &maps, Int32(length), impact.rawValue))
        return (0..<Int(filled)).map { index in
            CPUMap(bytes: Array(maps[index * length..<(index + 1) * length]))
        }
    }

    /// Where its emulator may run. C: `virDomainGetEmulatorPinInfo`.
    package func emulatorPin(hostCPUs: Int, _ impact: Impact) throws(LibvirtError) -> CPUMap {
        var map = [UInt8](repeating: 0, count: (hostCPUs + 7) / 8)
        let length = Int32(map.count)
        try check(virDomainGetEmulatorPinInfo(pointer, &map, length, impact.rawValue))
        return CPUMap(bytes: map)
    }

    /// Where one of its processors may run; `nil` as impact means the running domain.
    /// C: `virDomainPinVcpu`, `virDomainPinVcpuFlags`.
    package func pinVCPU(
        _ vcpu: UInt32, to map: CPUMap, _ impact: Impact?
    ) throws(LibvirtError) {
        var bytes = map.bytes
        let length = Int32(bytes.count)
        if let impact {
            try check(virDomainPinVcpuFlags(pointer, vcpu, &bytes, length, impact.rawValue))
        } else {
            try check(virDomainPinVcpu(pointer, vcpu, &bytes, length))
        }
    }

    /// C: `virDomainPinEmulator`.
    package func pinEmulator(to map: CPUMap, _ impact: Impact) throws(LibvirtError) {
        var bytes = map.bytes
        let length = Int32(bytes.count)
        try check(virDomainPinEmulator(pointer, &bytes, length, impact.rawValue))
    }

    /// C: `virDomainPinIOThread`.
    package func pinIOThread(
        _ id: UInt32, to map: CPUMap, _ impact: Impact
    ) throws(LibvirtError) {
        var bytes = map.bytes
        let length = Int32(bytes.count)
        try check(virDomainPinIOThread(pointer, id, &bytes, length, impact.rawValue))
    }
}
