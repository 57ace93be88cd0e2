import CLibvirt

extension Domain {
    /// The state of libvirt's channel to a hypervisor. C: `virDomainControlState`.
    package enum ControlState: Int32, Sendable {
        /// Ready for commands. C: `VIR_DOMAIN_CONTROL_OK`.
        case ready
        /// A job runs in the background. C: `VIR_DOMAIN_CONTROL_JOB`.
        case job
        /// A command is in progress. C: `VIR_DOMAIN_CONTROL_OCCUPIED`.
        case occupied
        /// The channel is unusable. C: `VIR_DOMAIN_CONTROL_ERROR`.
        case error
    }

    /// Why the channel is unusable. C: `virDomainControlErrorReason`.
    package enum ControlErrorReason: Int32, Sendable {
        /// There is no error. C: `VIR_DOMAIN_CONTROL_ERROR_REASON_NONE`.
        case noError
        case unknown, monitor, `internal`
    }

    /// libvirt's channel to the hypervisor. C: `virDomainControlInfo`.
    package struct ControlInfo: Sendable {
        /// `nil` if libvirt reports a state that is not known here.
        package let state: ControlState?
        /// `nil` if libvirt reports a reason that is not known here.
        package let reason: ControlErrorReason?
        /// How long the channel has been in this state; 0 if it is ready.
        package let milliseconds: UInt64
    }

    /// C: `virDomainGetControlInfo`.
    package func controlInfo() throws(LibvirtError) -> ControlInfo {
        var info = virDomainControlInfo()
        try check(virDomainGetControlInfo(pointer, &info, 0))
        return ControlInfo(
            state: ControlState(rawValue: Int32(bitPattern: info.state)),
            reason: ControlErrorReason(rawValue: Int32(bitPattern: info.details)),
            milliseconds: info.stateTime)
    }
}
