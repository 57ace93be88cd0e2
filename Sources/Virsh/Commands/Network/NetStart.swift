import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdNetworkStart` in virsh-network.c.
    static let netStart = Command(
        "net-start", .never, on: .network, help: "start a defined network"
    ) { options in
        let network = options.network()

        return { shell, given in
            let name = try given[network]
            let network = try shell.network(name)
            try shell.explaining("Failed to start network \(name)") {
                () throws(LibvirtError) in try network.start()
            }
            shell.printExtra("Network \(name) started")
        }
    }
}
