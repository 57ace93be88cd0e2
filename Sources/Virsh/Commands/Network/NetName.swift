import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdNetworkName` in virsh-network.c.
    static let netName = Command(
        "net-name", .read, on: .network, help: "print the name of a network"
    ) { options in
        let network = options.network("network uuid")

        return { shell, given in
            let network = try shell.network(given[network], by: .uuid)
            shell.print("\(try network.name())\n")
        }
    }
}
