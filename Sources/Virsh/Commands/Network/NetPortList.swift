import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdNetworkPortList` in virsh-network.c.
    static let netPortList = Command(
        "net-port-list", .never, on: .network, help: "list the ports of a network"
    ) { options in
        let network = options.network()
        let uuid = options.flag("uuid", "print only uuids")
        let table = options.flag("table", "print a table (default)")

        return { shell, given in
            if try given[table], try given[uuid] {
                throw CommandFailure(
                    "Only one argument from --table and --uuid may be specified.")
            }
            let network = try shell.network(given[network])
            let uuids = try network.ports().map { port in
                try shell.explaining("Failed to get network's UUID") {
                    () throws(LibvirtError) in try port.uuid()
                }
            }.sorted()
            if try given[uuid] {
                for uuid in uuids { shell.print("\(uuid)\n") }
            } else {
                var table = Table("UUID")
                for uuid in uuids { table.append(uuid) }
                shell.print(table)
            }
        }
    }
}
