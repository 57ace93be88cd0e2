import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdNWFilterBindingCreate` in virsh-nwfilter.c.
    static let nwfilterBindingCreate = Command(
        "nwfilter-binding-create", .changes, help: "put a network filter to an interface"
    ) { options in
        let file = options.data("file", "file with the XML of the binding")
        let validate = options.flag("validate", "check the XML against the schema")

        return { shell, given in
            let path = try given[file]
            let validate = try given[validate]
            let xml = try shell.text(ofFile: path)
            let connection = try shell.connection
            let binding = try shell.explaining("Failed to create network filter from \(path)") {
                () throws(LibvirtError) in
                try connection.createNetworkFilterBinding(xml: xml, validate: validate)
            }
            shell.printExtra(
                "Network filter binding on \(try binding.port()) created from \(path)")
        }
    }
}
