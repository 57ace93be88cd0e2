import Libvirt
import Policy
import Text

extension Command {
    /// virsh 9.0.0: `cmdNetworkList` in virsh-network.c.
    static let netList = Command(
        "net-list", .read, on: [.network, .allGranted], help: "list networks"
    ) { options in
        let inactive = options.flag("inactive", "list inactive networks")
        let all = options.flag("all", "list active and inactive networks")
        let persistent = options.flag("persistent", "list only persistent networks")
        let transient = options.flag("transient", "list only transient networks")
        let autostart = options.flag("autostart", "list only networks with autostart")
        let noAutostart = options.flag("no-autostart", "list only networks without autostart")
        let uuid = options.flag("uuid", "print only uuids")
        let name = options.flag("name", "print only names")
        let table = options.flag("table", "print a table (default)")
        let title = options.flag("title", "print titles, too", since: .init(9, 7))

        return { shell, given in
            var filter: Connection.NetworkListFilter = try given[inactive] ? .inactive : .active
            if try given[all] { filter = [.active, .inactive] }
            if try given[persistent] { filter.insert(.persistent) }
            if try given[transient] { filter.insert(.transient) }
            if try given[autostart] { filter.insert(.autostart) }
            if try given[noAutostart] { filter.insert(.noAutostart) }
            guard try [given[table], given[name], given[uuid]].count(where: { $0 }) < 2 else {
                throw CommandFailure(
                    "Only one argument from --table, --name and --uuid may be specified.")
            }
            let networks = try shell.networks(filter)
            if try given[uuid] {
                for network in networks {
                    let text = try shell.explaining("Failed to get network's UUID") {
                        () throws(LibvirtError) in try network.network.uuid()
                    }
                    shell.print("\(text)\n")
                }
            } else if try given[name] {
                for network in networks { shell.print("\(network.name)\n") }
            } else {
                let showsTitle = try given[title]
                var table = Table(
                    ["Name", "State", "Autostart", "Persistent"] + (showsTitle ? ["Title"] : []))
                for network in networks {
                    var row = shell.row(of: network)
                    if showsTitle { row.append(try shell.note(.title, of: network.network)) }
                    table.append(row)
                }
                shell.print(table)
            }
        }
    }
}

private typealias Named = (name: String, network: Network)

extension Shell {
    /// Networks, sorted by name. virsh 9.0.0: `virshNetworkListCollect`.
    fileprivate func networks(_ filter: Connection.NetworkListFilter) throws -> [Named] {
        let connection = try connection
        let networks: [Network]
        do throws(LibvirtError) {
            networks = try connection.networks(filter)
        } catch  where error.code == .noSupport {
            // virsh then makes older calls, which fail on a host without a driver for networks.
            LibvirtError.forgetReported()
            if filter.contains(.active) {
                _ = try explaining("Failed to get the number of active networks") {
                    () throws(LibvirtError) in try connection.networkCount(active: true)
                }
            }
            if filter.contains(.inactive) {
                _ = try explaining("Failed to get the number of inactive networks") {
                    () throws(LibvirtError) in try connection.networkCount(active: false)
                }
            }
            return []
        } catch {
            throw CommandFailure("Failed to list networks")
        }
        return try networks.map { (name: try $0.name(), network: $0) }
            .sortedIgnoringCase { $0.name }
    }

    fileprivate func row(of network: Named) -> [String] {
        let (name, network) = network
        let autostart = attempt { () throws(LibvirtError) in try network.autostarts() }
        let isActive = attempt { () throws(LibvirtError) in try network.isActive() }
        let isPersistent = attempt { () throws(LibvirtError) in try network.isPersistent() }
        // virsh treats a failed call (-1) as true.
        return [
            name,
            isActive ?? true ? "active" : "inactive",
            autostart.map { $0 ? "yes" : "no" } ?? unknownAutostart,
            isPersistent ?? true ? "yes" : "no",
        ]
    }
}
