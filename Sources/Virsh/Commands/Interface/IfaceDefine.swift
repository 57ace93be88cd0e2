import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdInterfaceDefine` in virsh-interface.c.
    static let ifaceDefine = fromFile(
        "iface-define", .never, help: "define an interface or change its definition",
        failing: { "Failed to define interface from \($0)" },
        making: { (connection, xml, validate) throws(LibvirtError) in
            try connection.defineInterface(xml: xml, validate: validate)
        },
        saying: { _, interface, path in
            "Interface \(try interface.name()) defined from \(path)"
        })
}
