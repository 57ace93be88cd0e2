import Libvirt
import Policy
import XML

extension Command {
    /// virsh 9.0.0: `cmdDomiflist` in virsh-domain-monitor.c.
    static let domiflist = Command(
        "domiflist", .read, on: .domain, help: "network interfaces of a domain"
    ) { options in
        let domain = options.domain()
        let inactive = options.flag("inactive", "the persistent configuration")

        return { shell, given in
            let flags: Domain.XMLFlags = try given[inactive] ? .inactive : []
            let root = try shell.description(of: shell.domain(given[domain]), flags)
            var table = Table("Interface", "Type", "Source", "Model", "MAC")
            for interface in try root.nodes("./devices/interface") {
                table.append(
                    interface.string("./target/@dev") ?? "-",
                    interface.string("./@type") ?? "",
                    // Which attribute there is depends on the type of the interface.
                    interface.string(
                        "./source/@bridge|./source/@dev|./source/@network|./source/@name"
                            + "|./source/@path") ?? "-",
                    interface.string("./model/@type") ?? "-",
                    interface.string("./mac/@address") ?? "-")
            }
            shell.print(table)
        }
    }
}
