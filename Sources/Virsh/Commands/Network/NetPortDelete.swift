import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdNetworkPortDelete` in virsh-network.c.
    static let netPortDelete = Command(
        "net-port-delete", .never, on: .network, help: "delete a port of a network"
    ) { options in
        let network = options.network()
        let port = options.networkPort()

        return { shell, given in
            // virsh's exit status is 0 even if this fails.
            do {
                let network = try shell.network(given[network])
                let port = try shell.port(given[port], of: network)
                let uuid = try port.uuid()
                try shell.explaining("Failed to delete network port \(uuid)") {
                    () throws(LibvirtError) in try port.delete()
                }
                shell.printExtra("Network port \(uuid) deleted")
            } catch {
                shell.reportAsSuccess(error)
            }
        }
    }
}
