import CLibvirt
import Glibc

extension Domain {
    /// A domain's state, memory and processors in numbers. C: `virDomainInfo`.
    package struct Info: Sendable {
        /// A `virDomainState`.
        package let state: Int32
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
            state: Int32(info.state), maxMemoryKiB: info.maxMem, memoryKiB: info.memory,
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

    /// How the host's security model marks a running domain. C: `virSecurityLabel`.
    package struct SecurityLabel: Sendable {
        /// Empty where there is none.
        package let label: String
        package let isEnforcing: Bool
    }

    /// C: `virDomainGetSecurityLabel`.
    package func securityLabel() throws(LibvirtError) -> SecurityLabel {
        var label = virSecurityLabel()
        try check(virDomainGetSecurityLabel(pointer, &label))
        // The text comes first; Swift does not import an array so long.
        let text = withUnsafeBytes(of: &label) {
            String(escapingBytes: $0.prefix { $0 != 0 })
        }
        return SecurityLabel(label: text, isEnforcing: label.enforcing != 0)
    }

    /// How well the channel to the hypervisor works. C: `virDomainControlInfo`.
    package struct ControlInfo: Sendable {
        /// A `virDomainControlState`: 0 is fine, 3 an error.
        package let state: Int32
        /// A `virDomainControlErrorReason`.
        package let reason: Int32
        /// How long it has been so, where it is not fine.
        package let milliseconds: UInt64
    }

    /// C: `virDomainGetControlInfo`.
    package func controlInfo() throws(LibvirtError) -> ControlInfo {
        var info = virDomainControlInfo()
        try check(virDomainGetControlInfo(pointer, &info, 0))
        return ControlInfo(
            state: Int32(bitPattern: info.state), reason: Int32(bitPattern: info.details),
            milliseconds: info.stateTime)
    }

    package struct HostnameSource: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virDomainGetHostnameFlags) { rawValue = flag.rawValue }
        package static let lease = Self(VIR_DOMAIN_GET_HOSTNAME_LEASE)
        package static let agent = Self(VIR_DOMAIN_GET_HOSTNAME_AGENT)
    }

    /// The name the guest has given itself; no source means what the hypervisor knows.
    /// C: `virDomainGetHostname`.
    package func hostname(from source: HostnameSource) throws(LibvirtError) -> String {
        String(freeing: try check(virDomainGetHostname(pointer, source.rawValue)))
    }

    /// The guest's clock, in seconds since 1970. C: `virDomainGetTime`.
    package func time() throws(LibvirtError) -> Int64 {
        var seconds: Int64 = 0
        var nanoseconds: UInt32 = 0
        try check(virDomainGetTime(pointer, &seconds, &nanoseconds, 0))
        return seconds
    }

    /// Sets the guest's clock, or with `sync` lets the guest read its own hardware clock.
    /// C: `virDomainSetTime`.
    package func setTime(_ seconds: Int64, sync: Bool) throws(LibvirtError) {
        try check(
            virDomainSetTime(pointer, seconds, 0, sync ? VIR_DOMAIN_TIME_SYNC.rawValue : 0))
    }
}

extension Connection {
    /// The host's security model, e.g. `selinux` and `0`; empty names where there is none.
    /// C: `virNodeGetSecurityModel`.
    package func securityModel() throws(LibvirtError) -> (model: String, doi: String) {
        var model = virSecurityModel()
        try check(virNodeGetSecurityModel(pointer, &model))
        let name = withUnsafeBytes(of: &model.model) {
            String(escapingBytes: $0.prefix { $0 != 0 })
        }
        let doi = withUnsafeBytes(of: &model.doi) {
            String(escapingBytes: $0.prefix { $0 != 0 })
        }
        return (name, doi)
    }
}
