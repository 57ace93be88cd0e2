import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdNetworkDestroy` in virsh-network.c.
    static let netDestroy = Command(
        "net-destroy", .never, on: .network, help: "stop a network"
    ) { options in
        let network = options.network()

        return { shell, given in
            let name = try given[network]
            let network = try shell.network(name)
            try shell.explaining("Failed to destroy network \(name)") {
                () throws(LibvirtError) in try network.destroy()
            }
            shell.printExtra("Network \(name) destroyed")
        }
    }
}
