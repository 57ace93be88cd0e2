import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdDomstate` in virsh-domain-monitor.c.
    static let domstate = Command(
        "domstate", .reads, help: "whether a domain runs, and why"
    ) { options in
        let domain = options.domain()
        let reason = options.flag("reason", "also why it is in that state")

        return { shell, given in
            let state = try shell.state(of: shell.domain(given[domain]))
            let reason = try given[reason] ? " (\(reasonName(state)))" : ""
            shell.print("\(stateName(state.state))\(reason)\n")
        }
    }
}

extension Shell {
    /// A domain's state, its reason -1 where the host cannot tell it.
    /// virsh 9.0.0: `virshDomainState`.
    func state(of domain: Domain) throws(LibvirtError) -> Domain.State {
        if !lacksDomainState {
            do throws(LibvirtError) {
                return try domain.state()
            } catch {
                guard error.code == .noSupport else { throw error }
                lacksDomainState = true
            }
        }
        return Domain.State(state: try domain.info().state, reason: -1)
    }
}

/// virsh 9.0.0: `virshDomainStateToString`.
func stateName(_ state: Int32) -> String {
    let names = [
        "no state", "running", "idle", "paused", "in shutdown", "shut off", "crashed",
        "pmsuspended",
    ]
    return names.indices.contains(Int(state)) ? names[Int(state)] : "no state"
}

/// virsh 9.0.0: `virshDomainStateReasonToString`.
func reasonName(_ state: Domain.State) -> String {
    let running = [
        "unknown", "booted", "migrated", "restored", "from snapshot", "unpaused",
        "migration canceled", "save canceled", "event wakeup", "crashed", "post-copy",
        "post-copy failed",
    ]
    let paused = [
        "unknown", "user", "migrating", "saving", "dumping", "I/O error", "watchdog",
        "from snapshot", "shutting down", "creating snapshot", "crashed", "starting up",
        "post-copy", "post-copy failed",
    ]
    let shutOff = [
        "unknown", "shutdown", "destroyed", "crashed", "migrated", "saved", "failed",
        "from snapshot", "daemon",
    ]
    let reasons: [String] =
        switch state.state {
        case 1: running
        case 3: paused
        case 4: ["unknown", "user"]
        case 5: shutOff
        case 6: ["unknown", "panicked"]
        default: []
        }
    let reason = Int(state.reason)
    return reasons.indices.contains(reason) ? reasons[reason] : "unknown"
}
