import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdDomIftune` in virsh-domain.c.
    static let domiftune = Command(
        "domiftune", .tune, on: .domain, mayOnlyRead: true,
        help: "show or set an interface's bandwidth limits"
    ) { options in
        let domain = options.domain()
        let interface = options.data(
            "interface", "target or MAC address of the interface", .selects)
        let inbound = options.string("inbound", "receive limits: average,peak,burst,floor")
        let outbound = options.string("outbound", "transmit limits: average,peak,burst")
        let impact = options.impact()

        return { shell, given in
            let impact = try impact.impact(of: given)
            let domain = try shell.domain(given[domain])
            let device = try given[interface]
            let inbound = try given[inbound]
            let outbound = try given[outbound]
            var changes: [TypedParameter] = []
            if let inbound {
                let rate = try BandwidthRate(inbound)
                let parameters = try rate.parameters("inbound")
                // All zeros remove the limits.
                guard rate.average != 0 || rate.burst == 0 && rate.peak == 0 || rate.floor != 0
                else { throw CommandFailure("either inbound average or floor is mandatory") }
                changes += parameters
            }
            if let outbound {
                let rate = try BandwidthRate(outbound)
                let parameters = try rate.parameters("outbound")
                guard rate.average != 0 || rate.burst == 0 && rate.peak == 0 else {
                    throw CommandFailure("outbound average is mandatory")
                }
                guard rate.floor == 0 else {
                    throw CommandFailure("outbound floor is unsupported yet")
                }
                changes += parameters
            }
            try shell.tune(
                domain, .interface(device), changes, impact,
                failures: (
                    set: "Unable to set interface parameters",
                    count: "Unable to get number of interface parameters",
                    get: "Unable to get interface parameters"
                ))
        }
    }
}
