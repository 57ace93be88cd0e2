import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdNetworkCreate` in virsh-network.c.
    static let netCreate = Command(
        "net-create", .changes, help: "start a network that is gone when it stops"
    ) { options in
        let file = options.data("file", "file with its XML")
        let validate = options.flag("validate", "check the XML against the schema")

        return { shell, given in
            let path = try given[file]
            let validate = try given[validate]
            let xml = try shell.text(ofFile: path)
            let connection = try shell.connection
            let network = try shell.explaining("Failed to create network from \(path)") {
                () throws(LibvirtError) in
                try connection.createNetwork(xml: xml, validate: validate)
            }
            shell.printExtra("Network \(try network.name()) created from \(path)")
        }
    }
}
