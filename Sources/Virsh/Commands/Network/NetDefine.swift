import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdNetworkDefine` in virsh-network.c.
    static let netDefine = Command(
        "net-define", .changes, help: "define a network, or change its definition"
    ) { options in
        let file = options.data("file", "file with its XML")
        let validate = options.flag("validate", "check the XML against the schema")

        return { shell, given in
            let path = try given[file]
            let validate = try given[validate]
            let xml = try shell.text(ofFile: path)
            let connection = try shell.connection
            let network = try shell.explaining("Failed to define network from \(path)") {
                () throws(LibvirtError) in
                try connection.defineNetwork(xml: xml, validate: validate)
            }
            shell.printExtra("Network \(try network.name()) defined from \(path)")
        }
    }
}
