import CLibvirt
import Glibc

extension Domain {
    /// A domain's state, memory and processors in numbers. C: `virDomainInfo`.
    package struct Info: Sendable {
        package let state: State
        package let maxMemoryKiB: UInt
        package let memoryKiB: UInt
        package let vcpus: Int32
        /// The CPU time used, in nanoseconds.
        package let cpuNanoseconds: UInt64
    }

    /// C: `virDomainGetInfo`.
    package func info() throws(LibvirtError) -> Info {
        var info = virDomainInfo()
        try check(virDomainGetInfo(pointer, &info))
        return Info(
            state: State(number: Int32(info.state)), maxMemoryKiB: info.maxMem,
            memoryKiB: info.memory,
            vcpus: Int32(info.nrVirtCpu), cpuNanoseconds: info.cpuTime)
    }

    /// What runs in it, e.g. `hvm`. C: `virDomainGetOSType`.
    package func osType() throws(LibvirtError) -> String {
        String(freeing: try check(virDomainGetOSType(pointer)))
    }

    /// Whether it starts with the host. C: `virDomainGetAutostart`.
    package func autostarts() throws(LibvirtError) -> Bool {
        var autostart: Int32 = 0
        try check(virDomainGetAutostart(pointer, &autostart))
        return autostart != 0
    }

    /// Notes of the hypervisor, e.g. `tainted: ...`; mostly empty. C: `virDomainGetMessages`.
    package func messages() throws(LibvirtError) -> [String] {
        var array: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
        let count = try check(virDomainGetMessages(pointer, &array, 0))
        defer { free(array) }
        return (0..<Int(count)).compactMap { array?[$0] }.map { String(freeing: $0) }
    }
}
