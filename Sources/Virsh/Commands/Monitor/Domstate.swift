import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdDomstate` in virsh-domain-monitor.c.
    static let domstate = Command(
        "domstate", .reads, help: "the state of a domain"
    ) { options in
        let domain = options.domain()
        let reason = options.flag("reason", "also the reason for the state")

        return { shell, given in
            let state = try shell.state(of: shell.domain(given[domain]))
            let reason = try given[reason] ? " (\(reasonName(state)))" : ""
            shell.print("\(stateName(state.state))\(reason)\n")
        }
    }
}

extension Shell {
    /// A domain's state. An old hypervisor does not know the reason; it is -1 then, which
    /// `reasonName` calls unknown. virsh 9.0.0: `virshDomainState`.
    func state(of domain: Domain) throws(LibvirtError) -> Domain.State {
        if !lacksDomainState {
            do throws(LibvirtError) {
                return try domain.state()
            } catch {
                // Remember it: a list asks for the state of every domain.
                guard error.code == .noSupport else { throw error }
                lacksDomainState = true
            }
        }
        return Domain.State(state: try domain.info().state, reason: -1)
    }
}

/// virsh 9.0.0: `virshDomainStateToString`.
func stateName(_ state: Int32) -> String {
    switch Domain.State.Kind(rawValue: state) {
    case .noState, nil: "no state"
    case .running: "running"
    case .blocked: "idle"
    case .paused: "paused"
    case .shuttingDown: "in shutdown"
    case .shutOff: "shut off"
    case .crashed: "crashed"
    case .suspendedByGuest: "pmsuspended"
    }
}

/// Why a domain is in its state; "unknown" for a reason or state that virsh does not know.
/// virsh 9.0.0: `virshDomainStateReasonToString`.
func reasonName(_ state: Domain.State) -> String {
    let name: String? =
        switch Domain.State.Kind(rawValue: state.state) {
        case .running: Domain.State.RunningReason(rawValue: state.reason).map(reasonName)
        case .paused: Domain.State.PausedReason(rawValue: state.reason).map(reasonName)
        case .shutOff: Domain.State.ShutOffReason(rawValue: state.reason).map(reasonName)
        case .shuttingDown:
            switch Domain.State.ShuttingDownReason(rawValue: state.reason) {
            case .user: "user"
            case .unknown, nil: nil
            }
        case .crashed:
            switch Domain.State.CrashedReason(rawValue: state.reason) {
            case .panicked: "panicked"
            case .unknown, nil: nil
            }
        case .noState, .blocked, .suspendedByGuest, nil: nil
        }
    return name ?? "unknown"
}

/// virsh 9.0.0: `virshDomainRunningReasonToString`.
private func reasonName(_ reason: Domain.State.RunningReason) -> String {
    switch reason {
    case .unknown: "unknown"
    case .booted: "booted"
    case .migrated: "migrated"
    case .restored: "restored"
    case .fromSnapshot: "from snapshot"
    case .unpaused: "unpaused"
    case .migrationCanceled: "migration canceled"
    case .saveCanceled: "save canceled"
    case .wokenUp: "event wakeup"
    case .crashed: "crashed"
    case .postcopy: "post-copy"
    case .postcopyFailed: "post-copy failed"
    }
}

/// virsh 9.0.0: `virshDomainPausedReasonToString`.
private func reasonName(_ reason: Domain.State.PausedReason) -> String {
    switch reason {
    case .unknown: "unknown"
    case .user: "user"
    case .migration: "migrating"
    case .save: "saving"
    case .dump: "dumping"
    case .ioError: "I/O error"
    case .watchdog: "watchdog"
    case .fromSnapshot: "from snapshot"
    case .shuttingDown: "shutting down"
    case .snapshot: "creating snapshot"
    case .crashed: "crashed"
    case .startingUp: "starting up"
    case .postcopy: "post-copy"
    case .postcopyFailed: "post-copy failed"
    }
}

/// virsh 9.0.0: `virshDomainShutoffReasonToString`.
private func reasonName(_ reason: Domain.State.ShutOffReason) -> String {
    switch reason {
    case .unknown: "unknown"
    case .shutdown: "shutdown"
    case .destroyed: "destroyed"
    case .crashed: "crashed"
    case .migrated: "migrated"
    case .saved: "saved"
    case .failed: "failed"
    case .fromSnapshot: "from snapshot"
    case .daemon: "daemon"
    }
}
