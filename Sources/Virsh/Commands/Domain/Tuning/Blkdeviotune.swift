import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdBlkdeviotune` in virsh-domain.c.
    static let blkdeviotune = Command(
        "blkdeviotune", .tune, on: .domain, mayOnlyRead: true,
        help: "show or set a disk's I/O limits"
    ) { options in
        let domain = options.domain()
        let device = options.data("device", "target or source path of the disk", .selects)
        var limits: [Limit] = []
        /// Declares an option and its older name with underscores, which is also the name of
        /// libvirt's parameter.
        func limit(_ name: String, _ help: String, isSize: Bool) {
            let parameter = name.replacing("-", with: "_")
            options.alias(parameter, for: name)
            let key = options.number(
                name, help, as: isSize ? .scaled(1) : .uint64)
            limits.append(Limit(parameter: parameter, key: key, isSize: isSize))
        }
        for kind in ["total", "read", "write"] {
            limit("\(kind)-bytes-sec", "\(kind) bytes per second", isSize: true)
        }
        for kind in ["total", "read", "write"] {
            limit("\(kind)-iops-sec", "\(kind) operations per second", isSize: false)
        }
        for kind in ["total", "read", "write"] {
            limit("\(kind)-bytes-sec-max", "\(kind) bytes per second in a burst", isSize: true)
        }
        for kind in ["total", "read", "write"] {
            limit(
                "\(kind)-iops-sec-max", "\(kind) operations per second in a burst",
                isSize: false)
        }
        limit("size-iops-sec", "bytes counted as one operation", isSize: false)
        options.alias("group_name", for: "group-name")
        let group = options.string("group-name", "group of disks that share the limits")
        for kind in ["total", "read", "write"] {
            limit(
                "\(kind)-bytes-sec-max-length", "seconds that a burst may last", isSize: false)
        }
        for kind in ["total", "read", "write"] {
            limit("\(kind)-iops-sec-max-length", "seconds that a burst may last", isSize: false)
        }
        let impact = options.impact()

        return { [limits] shell, given in
            let impact = try impact.impact(of: given)
            let domain = try shell.domain(given[domain])
            let device = try given[device]
            var changes: [TypedParameter] = []
            // virsh reads the sizes first, so of two malformed options it reports the size.
            for limit in limits.filter(\.isSize) + limits.filter({ !$0.isSize }) {
                do {
                    guard let value = try given[limit.key] else { continue }
                    changes.append(TypedParameter(limit.parameter, .uint64(value)))
                } catch let failure as CommandFailure {
                    // virsh prints this after the option's own error.
                    throw failure.adding("Unable to parse integer parameter")
                }
            }
            do {
                if let group = try given[group] {
                    changes.append(TypedParameter("group_name", .string(group)))
                }
            } catch let failure as CommandFailure {
                throw failure.adding("Unable to parse group-name parameter")
            }
            try shell.tune(
                domain, .disk(device), changes, impact,
                failures: (
                    set: "Unable to change block I/O throttle",
                    count: "Unable to get number of block I/O throttle parameters",
                    get: "Unable to get block I/O throttle parameters"
                ))
        }
    }
}

private struct Limit: Sendable {
    /// libvirt's name, e.g. `total_bytes_sec`.
    let parameter: String
    let key: Key<UInt64?>
    /// Whether the option accepts a unit, e.g. `10M`.
    let isSize: Bool
}
