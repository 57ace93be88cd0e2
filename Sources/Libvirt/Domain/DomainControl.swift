import CLibvirt

extension Domain {
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
}
