import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdNetworkUndefine` in virsh-network.c.
    static let netUndefine = Command(
        "net-undefine", .never, on: .network, help: "remove the definition of a network"
    ) { options in
        let network = options.network()

        return { shell, given in
            let name = try given[network]
            let network = try shell.network(name)
            try shell.explaining("Failed to undefine network \(name)") {
                () throws(LibvirtError) in try network.undefine()
            }
            shell.printExtra("Network \(name) has been undefined")
        }
    }
}
