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
            let connection = try shell.connection
            let name = try interface.name()
            let isChanged = try shell.edit { () throws(LibvirtError) in
                try interface.xml(.inactive)
            } define: { (xml) throws(LibvirtError) in
                _ = try connection.defineInterface(xml: xml)
            }
            shell.printExtra(
                isChanged
                    ? "Interface \(name) XML configuration edited."
                    : "Interface \(name) XML configuration not changed.")
        }
    }
}
