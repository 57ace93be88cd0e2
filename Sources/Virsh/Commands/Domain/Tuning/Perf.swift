import Libvirt
import Policy
import Text

extension Command {
    /// virsh 9.0.0: `cmdPerf` in virsh-domain.c.
    static let perf = Command(
        "perf", .tune, on: .domain, mayOnlyRead: true,
        help: "show or switch a domain's performance events"
    ) { options in
        let domain = options.domain()
        let enable = options.string("enable", "events to enable, comma-separated")
        let disable = options.string("disable", "events to disable, comma-separated")
        let impact = options.impact()

        return { shell, given in
            let impact = try impact.impact(of: given)
            let enable = try given[enable]
            let disable = try given[disable]
            let domain = try shell.domain(given[domain])
            var events = parameters(enable, isEnabled: true)
            events += parameters(disable, isEnabled: false)
            if events.isEmpty {
                events = try shell.explaining("Unable to get perf events") {
                    () throws(LibvirtError) in try domain.perfEvents(impact)
                }
            } else {
                try shell.explaining("Unable to enable/disable perf events") {
                    () throws(LibvirtError) in try domain.setPerfEvents(events, impact)
                }
            }
            // After a change virsh prints the requested states, without asking libvirt again.
            for event in events {
                let state = event.value == .boolean(true) ? "enabled" : "disabled"
                shell.printExtra("\(event.name.padded(15)): \(state)")
            }
        }
    }
}

/// A Boolean parameter for each event of a list. virsh 9.0.0: `virshParseEventStr`.
private func parameters(_ list: String?, isEnabled: Bool) -> [TypedParameter] {
    (list ?? "").split(separator: ",").map { TypedParameter(String($0), .boolean(isEnabled)) }
}
