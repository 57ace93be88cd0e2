import Libvirt
import Policy
import XML

extension Command {
    /// virsh 11.3.0: `cmdThrottleGroupList` in virsh-domain.c.
    static let domthrottlegrouplist = Command(
        "domthrottlegrouplist", .read, on: .domain, since: .init(11, 2),
        help: "list a domain's groups of I/O limits for disks"
    ) { options in
        let domain = options.domain()
        let inactive = options.flag("inactive", "of the persistent configuration")

        return { shell, given in
            let domain = try shell.domain(given[domain])
            let root = try shell.description(of: domain, given[inactive] ? .inactive : [])
            var table = Table("Name")
            for node in try root.nodes("./throttlegroups/throttlegroup") {
                // virsh fails without a message if a group has no name.
                guard let name = node.string("./group_name"), !name.isEmpty else {
                    throw CommandFailure.silent
                }
                table.append(name)
            }
            shell.print(table)
        }
    }
}
