import CLibvirt

// libvirt's enumerations are enums here, with the numbers of C in the order of C. They are part of
// libvirt's ABI and never change, but a newer daemon may send a number that is not known here: then
// `init(rawValue:)` returns `nil`.

extension Domain {
    /// What a domain does. C: `virDomainState`.
    package enum State: Int32, Sendable {
        /// The hypervisor reports no state. C: `VIR_DOMAIN_NOSTATE`.
        case noState
        /// C: `VIR_DOMAIN_RUNNING`.
        case running
        /// It waits for a resource. C: `VIR_DOMAIN_BLOCKED`.
        case blocked
        /// C: `VIR_DOMAIN_PAUSED`.
        case paused
        /// The guest is shutting down. C: `VIR_DOMAIN_SHUTDOWN`.
        case shuttingDown
        /// It does not run. C: `VIR_DOMAIN_SHUTOFF`.
        case shutOff
        /// Its guest crashed. C: `VIR_DOMAIN_CRASHED`.
        case crashed
        /// The guest put itself to sleep. C: `VIR_DOMAIN_PMSUSPENDED`.
        case suspended

        /// Unknown numbers count as `noState`, as in virsh.
        init(number: Int32) { self = Self(rawValue: number) ?? .noState }
    }

    /// Why a domain runs. C: `virDomainRunningReason`.
    package enum RunningReason: Int32, Sendable {
        case unknown, booted, migrated, restored, fromSnapshot, unpaused, migrationCanceled
        case saveCanceled, wakeup, crashed, postcopy, postcopyFailed
    }

    /// Why a domain is paused. C: `virDomainPausedReason`.
    package enum PausedReason: Int32, Sendable {
        case unknown, user, migration, save, dump, ioError, watchdog, fromSnapshot, shuttingDown
        case snapshot, crashed, startingUp, postcopy, postcopyFailed
        /// C: `VIR_DOMAIN_PAUSED_API_ERROR`, which libvirt 9.0 does not have.
        case apiError
    }

    /// Why a domain is shutting down. C: `virDomainShutdownReason`.
    package enum ShuttingDownReason: Int32, Sendable {
        case unknown, user
    }

    /// Why a domain does not run. C: `virDomainShutoffReason`.
    package enum ShutOffReason: Int32, Sendable {
        case unknown, shutdown, destroyed, crashed, migrated, saved, failed, fromSnapshot, daemon
    }

    /// Why a domain has crashed. C: `virDomainCrashedReason`.
    package enum CrashedReason: Int32, Sendable {
        case unknown, panicked
    }

    /// Why a domain is in its state. The other states have no reasons.
    package enum Reason: Hashable, Sendable {
        case running(RunningReason)
        case paused(PausedReason)
        case shuttingDown(ShuttingDownReason)
        case shutOff(ShutOffReason)
        case crashed(CrashedReason)

        init?(number: Int32, of state: State) {
            let reason: Reason? =
                switch state {
                case .running: RunningReason(rawValue: number).map { .running($0) }
                case .paused: PausedReason(rawValue: number).map { .paused($0) }
                case .shuttingDown: ShuttingDownReason(rawValue: number).map { .shuttingDown($0) }
                case .shutOff: ShutOffReason(rawValue: number).map { .shutOff($0) }
                case .crashed: CrashedReason(rawValue: number).map { .crashed($0) }
                case .noState, .blocked, .suspended: nil
                }
            guard let reason else { return nil }
            self = reason
        }
    }

    /// A domain's state and the reason for it.
    package struct Status: Sendable {
        package let state: State
        /// `nil` if the state has no reasons, or if the reason is not known.
        package let reason: Reason?

        package init(state: State, reason: Reason?) {
            self.state = state
            self.reason = reason
        }
    }

    /// C: `virDomainGetState`.
    package func status() throws(LibvirtError) -> Status {
        var number: Int32 = 0
        var reason: Int32 = 0
        try check(virDomainGetState(pointer, &number, &reason, 0))
        let state = State(number: number)
        return Status(state: state, reason: Reason(number: reason, of: state))
    }
}
