import CLibvirt

extension Domain {
    /// A domain's state, memory and processors. C: `virDomainInfo`.
    package struct Info: Sendable {
        package let state: State
        /// What the domain may have at most.
        package let maxMemoryKiB: UInt
        /// What the domain has now.
        package let memoryKiB: UInt
        /// The number of virtual processors.
        package let vcpus: Int32
        /// The CPU time that the domain used; 0 if it does not run.
        package let cpuNanoseconds: UInt64
    }

    /// The domain's state, memory and processors now. C: `virDomainGetInfo`.
    package func info() throws(LibvirtError) -> Info {
        var info = virDomainInfo()
        try check(virDomainGetInfo(pointer, &info))
        return Info(
            state: State(number: Int32(info.state)), maxMemoryKiB: info.maxMem,
            memoryKiB: info.memory,
            vcpus: Int32(info.nrVirtCpu), cpuNanoseconds: info.cpuTime)
    }

    /// The kind of virtualization, e.g. `hvm` for a full virtual machine. C: `virDomainGetOSType`.
    package func osType() throws(LibvirtError) -> String {
        String(freeing: try check(virDomainGetOSType(pointer)))
    }

    /// Whether the domain starts when the host does. C: `virDomainGetAutostart`.
    package func autostarts() throws(LibvirtError) -> Bool {
        var autostart: Int32 = 0
        try check(virDomainGetAutostart(pointer, &autostart))
        return autostart != 0
    }

    /// Whether the domain starts when the host starts the next time.
    /// C: `virDomainGetAutostartOnce`.
    package func autostartsOnce() throws(LibvirtError) -> Bool {
        var autostart: Int32 = 0
        try check(virDomainGetAutostartOnce(pointer, &autostart))
        return autostart != 0
    }

    /// Warnings about the domain, e.g. `tainted: use of deprecated configuration settings`; usually
    /// empty. C: `virDomainGetMessages`.
    package func messages() throws(LibvirtError) -> [String] {
        var array: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
        let count = try check(virDomainGetMessages(pointer, &array, 0))
        return texts(freeing: array, count: count)
    }
}
