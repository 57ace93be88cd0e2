import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdNetworkEdit` in virsh-network.c.
    static let netEdit = Command(
        "net-edit", .never, on: .network, help: "edit the XML of a network"
    ) { options in
        let network = options.network()

        return { shell, given in
            let network = try shell.network(given[network])
            try shell.refuseEditing { () throws(LibvirtError) in try definition(of: network) }
        }
    }
}

private func definition(of network: Network) throws(LibvirtError) -> String {
    do throws(LibvirtError) {
        return try network.xml(.inactive)
    } catch  where error.code == .invalidArgument {  // the driver lacks that flag
        LibvirtError.forgetReported()
        return try network.xml()
    }
}
