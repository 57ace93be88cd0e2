import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdDomstate` in virsh-domain-monitor.c.
    static let domstate = Command(
        "domstate", .read, on: .domain, help: "the state of a domain"
    ) { options in
        let domain = options.domain()
        let reason = options.flag("reason", "also the reason for the state")

        return { shell, given in
            let status = try shell.status(of: shell.domain(given[domain]))
            let reason = try given[reason] ? " (\(status.reason?.name ?? "unknown"))" : ""
            shell.print("\(status.state.name)\(reason)\n")
        }
    }
}

extension Shell {
    /// A domain's state. An old hypervisor does not report the reason; it is `nil` then.
    /// virsh 9.0.0: `virshDomainState`.
    func status(of domain: Domain) throws(LibvirtError) -> Domain.Status {
        if !lacksDomainState {
            do throws(LibvirtError) {
                return try domain.status()
            } catch {
                // Remember it: a list asks for the state of every domain.
                guard error.code == .noSupport else { throw error }
                lacksDomainState = true
            }
        }
        return Domain.Status(state: try domain.info().state, reason: nil)
    }
}

extension Domain.State: VirshNamed {
    /// virsh 9.0.0: `virshDomainStateToString`.
    var name: String {
        switch self {
        case .noState: "no state"
        case .running: "running"
        case .blocked: "idle"
        case .paused: "paused"
        case .shuttingDown: "in shutdown"
        case .shutOff: "shut off"
        case .crashed: "crashed"
        case .suspended: "pmsuspended"
        }
    }
}

extension Domain.Reason: VirshNamed {
    /// virsh 9.0.0: `virshDomainStateReasonToString`.
    var name: String {
        switch self {
        case .running(let reason): reason.name
        case .paused(let reason): reason.name
        case .shutOff(let reason): reason.name
        case .shuttingDown(.unknown), .crashed(.unknown): "unknown"
        case .shuttingDown(.user): "user"
        case .crashed(.panicked): "panicked"
        }
    }
}

extension Domain.RunningReason: VirshNamed {
    /// virsh 9.0.0: `virshDomainRunningReason`.
    var name: String {
        switch self {
        case .unknown: "unknown"
        case .booted: "booted"
        case .migrated: "migrated"
        case .restored: "restored"
        case .fromSnapshot: "from snapshot"
        case .unpaused: "unpaused"
        case .migrationCanceled: "migration canceled"
        case .saveCanceled: "save canceled"
        case .wakeup: "event wakeup"
        case .crashed: "crashed"
        case .postcopy: "post-copy"
        case .postcopyFailed: "post-copy failed"
        }
    }
}

extension Domain.PausedReason: VirshNamed {
    /// virsh 9.0.0: `virshDomainPausedReason`.
    var name: String {
        switch self {
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
        case .apiError: "api error"
        }
    }
}

extension Domain.ShutOffReason: VirshNamed {
    /// virsh 9.0.0: `virshDomainShutoffReason`.
    var name: String {
        switch self {
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
}
