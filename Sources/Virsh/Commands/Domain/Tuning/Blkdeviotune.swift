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
        // Since 11.2 the group comes first.
        let isGroupFirst = options.version >= .init(11, 2)
        var group = isGroupFirst ? options.throttleGroup() : nil
        let limits = IOLimits(&options) { options in
            if !isGroupFirst { group = options.throttleGroup() }
        }
        let impact = options.impact()

        return { [group] shell, given in
            let impact = try impact.impact(of: given)
            let domain = try shell.domain(given[domain])
            let device = try given[device]
            var changes = try limits.parameters(of: given)
            do {
                if let group, let name = try given[group] {
                    changes.append(TypedParameter("group_name", .string(name)))
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

extension Options {
    fileprivate mutating func throttleGroup() -> Key<String?> {
        alias("group_name", for: "group-name")
        return string(
            "group-name", "group of disks that share the limits", place: onceBare)
    }
}
