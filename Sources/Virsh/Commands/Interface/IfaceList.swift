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
            let interfaces = try shell.interfaces(filter)
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

extension Shell {
    /// Interfaces, in no order. virsh 9.0.0: `virshInterfaceListCollect`.
    fileprivate func interfaces(
        _ filter: Connection.InterfaceFilter
    ) throws -> [HostInterface] {
        let connection = try connection
        do throws(LibvirtError) {
            return try connection.interfaces(filter)
        } catch  where error.code == .noSupport {
            // virsh then makes older calls, which fail on a host without a driver for interfaces.
            LibvirtError.forgetReported()
            for (kind, name) in [
                (Connection.InterfaceFilter.active, "active"), (.inactive, "inactive"),
            ] where filter.contains(kind) {
                _ = try explaining("Failed to list \(name) interfaces") {
                    () throws(LibvirtError) in
                    try connection.interfaceCount(active: kind == .active)
                }
            }
            return []
        } catch {
            throw CommandFailure("Failed to list interfaces")
        }
    }
}
