import CLibvirt

extension Domain {
    /// A state and why the domain is in it: a `virDomainState` and the reason enumeration of that
    /// state, e.g. `virDomainRunningReason`; not enums, since newer libraries know more.
    package struct State: Sendable {
        package let state: Int32
        package let reason: Int32

        package init(state: Int32, reason: Int32) {
            self.state = state
            self.reason = reason
        }
    }

    /// C: `virDomainGetState`.
    package func state() throws(LibvirtError) -> State {
        var state: Int32 = 0
        var reason: Int32 = 0
        try check(virDomainGetState(pointer, &state, &reason, 0))
        return State(state: state, reason: reason)
    }
}

extension Domain.State {
    /// The `state` of a domain that does not run.
    package static let shutOff = Int32(VIR_DOMAIN_SHUTOFF.rawValue)
    /// The `state` of a domain whose guest crashed.
    package static let crashed = Int32(VIR_DOMAIN_CRASHED.rawValue)
    /// The `reason` of `shutOff` where somebody ended it by force.
    package static let destroyed = Int32(VIR_DOMAIN_SHUTOFF_DESTROYED.rawValue)
    /// The `reason` of `shutOff` where its memory was saved.
    package static let saved = Int32(VIR_DOMAIN_SHUTOFF_SAVED.rawValue)
}
