import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdNetworkCreate` in virsh-network.c.
    static let netCreate = fromFile(
        "net-create", .never, help: "start a transient network, which has no definition",
        failing: { "Failed to create network from \($0)" },
        making: { (connection, xml, validate) throws(LibvirtError) in
            try connection.createNetwork(xml: xml, validate: validate)
        },
        saying: { _, network, path in
            "Network \(try network.name()) created from \(path)"
        })
}
