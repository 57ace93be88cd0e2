import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdDomIftune` in virsh-domain.c.
    static let domiftune = Command(
        "domiftune", .changes, help: "show or set how fast an interface may be"
    ) { options in
        let domain = options.domain()
        let interface = options.data("interface", "the interface, or its MAC address")
        let inbound = options.string("inbound", "average,peak,burst,floor of what comes in")
        let outbound = options.string("outbound", "average,peak,burst of what goes out")
        let impact = options.impact()

        return { shell, given in
            let impact = try impact.impact(of: given)
            let domain = try shell.domain(given[domain])
            let device = try given[interface]
            let inbound = try given[inbound]
            let outbound = try given[outbound]
            var changes: [TypedParameter] = []
            if let inbound {
                let rate = try BandwidthRate(inbound).within("inbound")
                guard rate.average != 0 || rate.burst == 0 && rate.peak == 0 || rate.floor != 0
                else { throw CommandFailure("either inbound average or floor is mandatory") }
                changes += rate.parameters("inbound")
            }
            if let outbound {
                let rate = try BandwidthRate(outbound).within("outbound")
                guard rate.average != 0 || rate.burst == 0 && rate.peak == 0 else {
                    throw CommandFailure("outbound average is mandatory")
                }
                guard rate.floor == 0 else {
                    throw CommandFailure("outbound floor is unsupported yet")
                }
                changes += rate.parameters("outbound")
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

/// How fast an interface may be, in KiB and KiB a second. virsh 9.0.0: `virshParseRateStr`.
struct BandwidthRate {
    private(set) var average: UInt64 = 0
    private(set) var peak: UInt64 = 0
    private(set) var burst: UInt64 = 0
    private(set) var floor: UInt64 = 0

    init(_ text: String) throws(CommandFailure) {
        let fields = text.split(separator: ",", omittingEmptySubsequences: false)
        guard fields.count <= 4 else {
            throw CommandFailure("Rate string '\(text)' has too many fields")
        }
        let names: [(name: String, path: WritableKeyPath<BandwidthRate, UInt64>)] = [
            ("average", \.average), ("peak", \.peak), ("burst", \.burst), ("floor", \.floor),
        ]
        for (field, (name, path)) in zip(fields, names) where !field.isEmpty {
            guard let value = unsignedNumber(String(field)) else {
                throw CommandFailure("field '\(name)' is malformed")
            }
            self[keyPath: path] = value
        }
    }

    /// The rate, if a domain's call can take it; `floor` is cut short, as in virsh.
    fileprivate func within(_ direction: String) throws(CommandFailure) -> BandwidthRate {
        guard max(average, peak, burst) <= UInt32.max else {
            throw CommandFailure("\(direction) rate larger than maximum \(UInt32.max)")
        }
        return self
    }

    fileprivate func parameters(_ direction: String) -> [TypedParameter] {
        let others = [("peak", peak), ("burst", burst), ("floor", floor)].filter { $0.1 != 0 }
        return ([("average", average)] + others).map { name, value in
            TypedParameter("\(direction).\(name)", .uint32(UInt32(truncatingIfNeeded: value)))
        }
    }
}
