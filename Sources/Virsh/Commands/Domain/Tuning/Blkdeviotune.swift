import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdBlkdeviotune` in virsh-domain.c.
    static let blkdeviotune = Command(
        "blkdeviotune", .changes, help: "show or set how fast a disk may be"
    ) { options in
        let domain = options.domain()
        let device = options.data("device", "the disk")
        var limits: [Limit] = []
        /// Each option has a second name, with underscores, which is libvirt's, too.
        func limit(_ name: String, _ help: String, isSize: Bool) {
            let parameter = name.replacing("-", with: "_")
            options.alias(parameter, for: name)
            let key = options.number(
                name, help, as: isSize ? .scaled(1) : .uint64)
            limits.append(Limit(parameter: parameter, key: key, isSize: isSize))
        }
        for kind in ["total", "read", "write"] {
            limit("\(kind)-bytes-sec", "bytes a second, \(kind)", isSize: true)
        }
        for kind in ["total", "read", "write"] {
            limit("\(kind)-iops-sec", "operations a second, \(kind)", isSize: false)
        }
        for kind in ["total", "read", "write"] {
            limit("\(kind)-bytes-sec-max", "bytes a second for a while, \(kind)", isSize: true)
        }
        for kind in ["total", "read", "write"] {
            limit(
                "\(kind)-iops-sec-max", "operations a second for a while, \(kind)",
                isSize: false)
        }
        limit("size-iops-sec", "bytes that count as one operation", isSize: false)
        options.alias("group_name", for: "group-name")
        let group = options.string("group-name", "disks that share the limits")
        for kind in ["total", "read", "write"] {
            limit("\(kind)-bytes-sec-max-length", "seconds of that while", isSize: false)
        }
        for kind in ["total", "read", "write"] {
            limit("\(kind)-iops-sec-max-length", "seconds of that while", isSize: false)
        }
        let impact = options.impact()

        return { [limits] shell, given in
            let impact = try impact.impact(of: given)
            let domain = try shell.domain(given[domain])
            let device = try given[device]
            var changes: [TypedParameter] = []
            // Sizes first, as virsh reads them.
            for limit in limits.filter(\.isSize) + limits.filter({ !$0.isSize }) {
                do {
                    guard let value = try given[limit.key] else { continue }
                    changes.append(TypedParameter(limit.parameter, .uint64(value)))
                } catch let failure as CommandFailure {
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
    let parameter: String
    let key: Key<UInt64?>
    let isSize: Bool
}
