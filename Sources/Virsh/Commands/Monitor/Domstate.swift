import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdDomstate` in virsh-domain-monitor.c.
    static let domstate = Command(
        "domstate", .reads, help: "whether a domain runs, and why"
    ) { options in
        let domain = options.domain()
        let reason = options.flag("reason", "also why it is in that state")

        return { shell, given in
            let domain = try shell.domain(given[domain])
            let state = try domain.state()
            if try given[reason] {
                shell.print(
                    "\(stateName(state.state)) (\(reasonName(state)))\n")
            } else {
                shell.print("\(stateName(state.state))\n")
            }
        }
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
func reasonName(_ state: Domain.State) -> String { "unknown" }
