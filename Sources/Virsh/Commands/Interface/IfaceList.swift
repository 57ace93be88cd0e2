import Libvirt
import Policy
import Text

extension Command {
    /// virsh 9.0.0: `cmdInterfaceList` in virsh-interface.c.
    static let ifaceList = Command(
        "iface-list", .host, help: "list interfaces of the host"
    ) { options in
        let inactive = options.flag("inactive", "list inactive interfaces")
        let all = options.flag("all", "list active and inactive interfaces")

        return { shell, given in
            try given.exclusive(all, inactive)
            var filter: Connection.InterfaceFilter = try given[inactive] ? .inactive : .active
            if try given[all] { filter = [.inactive, .active] }
            let connection = try shell.connection
            let interfaces = try shell.explaining("Failed to list interfaces") {
                () throws(LibvirtError) in try connection.interfaces(filter)
            }
            let named = try interfaces.map { (name: try $0.name(), interface: $0) }
            var table = Table("Name", "State", "MAC Address")
            for (name, interface) in named.sortedIgnoringCase(by: { $0.name }) {
                let isActive = shell.attempt { () throws(LibvirtError) in
                    try interface.isActive()
                }
                let mac = shell.attempt { () throws(LibvirtError) in try interface.mac() }
                // virsh treats a failed call (-1) as true.
                table.append(name, isActive ?? true ? "active" : "inactive", mac ?? "")
            }
            shell.print(table)
        }
    }
}
