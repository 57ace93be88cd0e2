import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdInterfaceEdit` in virsh-interface.c.
    static let ifaceEdit = Command(
        "iface-edit", .never, help: "edit the XML of an interface"
    ) { options in
        let interface = options.interface()

        return { shell, given in
            let interface = try shell.interface(given[interface])
            try shell.refuseEditing { () throws(LibvirtError) in try interface.xml(.inactive) }
        }
    }
}
