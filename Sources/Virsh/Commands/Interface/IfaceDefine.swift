import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdInterfaceDefine` in virsh-interface.c.
    static let ifaceDefine = Command(
        "iface-define", .changes, help: "define an interface, or change its definition"
    ) { options in
        let file = options.data("file", "file with its XML")
        let validate = options.flag("validate", "check the XML against the schema")

        return { shell, given in
            let path = try given[file]
            let validate = try given[validate]
            let xml = try shell.text(ofFile: path)
            let connection = try shell.connection
            let interface = try shell.explaining("Failed to define interface from \(path)") {
                () throws(LibvirtError) in
                try connection.defineInterface(xml: xml, validate: validate)
            }
            shell.printExtra("Interface \(try interface.name()) defined from \(path)")
        }
    }
}
