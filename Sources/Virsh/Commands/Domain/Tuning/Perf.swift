import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdPerf` in virsh-domain.c.
    static let perf = Command(
        "perf", .changes, help: "show or choose the processor's counters that are read for it"
    ) { options in
        let domain = options.domain()
        let enable = options.string("enable", "counters to read, with commas")
        let disable = options.string("disable", "counters not to read, with commas")
        let impact = options.impact()

        return { shell, given in
            let impact = try impact.impact(of: given)
            let enable = try given[enable]
            let disable = try given[disable]
            let domain = try shell.domain(given[domain])
            var events = switched(enable, true) + switched(disable, false)
            if events.isEmpty {
                events = try shell.explaining("Unable to get perf events") {
                    () throws(LibvirtError) in try domain.perfEvents(impact)
                }
            } else {
                try shell.explaining("Unable to enable/disable perf events") {
                    () throws(LibvirtError) in try domain.setPerfEvents(events, impact)
                }
            }
            for event in events {
                let state = event.value == .boolean(true) ? "enabled" : "disabled"
                shell.printExtra("\(event.name.padded(15)): \(state)")
            }
        }
    }
}

private func switched(_ list: String?, _ isEnabled: Bool) -> [TypedParameter] {
    (list ?? "").split(separator: ",").map { TypedParameter(String($0), .boolean(isEnabled)) }
}
