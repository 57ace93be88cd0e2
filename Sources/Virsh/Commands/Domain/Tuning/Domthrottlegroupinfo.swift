import Libvirt
import Policy
import Text
import XML

extension Command {
    /// virsh 11.3.0: `cmdThrottleGroupInfo` in virsh-domain.c.
    static let domthrottlegroupinfo = Command(
        "domthrottlegroupinfo", .read, on: .domain, since: .init(11, 2),
        help: "show the limits of a group of I/O limits for disks"
    ) { options in
        let domain = options.domain()
        let group = options.throttleGroupName()
        let inactive = options.flag("inactive", "of the persistent configuration")

        return { shell, given in
            let name = try given[group]
            let domain = try shell.domain(given[domain])
            let root = try shell.description(of: domain, given[inactive] ? .inactive : [])
            for node in try root.nodes("./throttlegroups/throttlegroup")
            where node.string("./group_name") == name {
                for limit in limitNames {
                    guard let value = node.string("./\(limit)"), !value.isEmpty else { continue }
                    shell.print("\(limit.padded(15)): \(value)\n")
                }
            }
        }
    }
}

/// In the order in which virsh prints them.
private let limitNames: [String] = {
    let kinds = ["total", "read", "write"]
    let limits = ["bytes_sec", "iops_sec", "bytes_sec_max", "iops_sec_max"]
    let lengths = ["bytes_sec_max_length", "iops_sec_max_length"]
    func all(_ names: [String]) -> [String] {
        names.flatMap { name in kinds.map { "\($0)_\(name)" } }
    }
    return all(limits) + ["size_iops_sec"] + all(lengths)
}()
