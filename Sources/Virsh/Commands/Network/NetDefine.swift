import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdNetworkDefine` in virsh-network.c.
    static let netDefine = fromFile(
        "net-define", .never, help: "define a network or change its definition",
        failing: { "Failed to define network from \($0)" },
        making: { (connection, xml, validate) throws(LibvirtError) in
            try connection.defineNetwork(xml: xml, validate: validate)
        },
        saying: { _, network, path in
            "Network \(try network.name()) defined from \(path)"
        })
}
