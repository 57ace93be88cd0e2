import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdNetworkPortCreate` in virsh-network.c.
    static let netPortCreate = Command(
        "net-port-create", .never, on: .network, help: "create a port of a network"
    ) { options in
        let network = options.network()
        let file = options.data("file", "file with its XML")
        let validate = options.flag("validate", "check the XML against the schema")

        return { shell, given in
            let network = try shell.network(given[network])
            let path = try given[file]
            let validate = try given[validate]
            let xml = try shell.text(ofFile: path)
            let port = try shell.explaining("Failed to create network from \(path)") {
                () throws(LibvirtError) in try network.createPort(xml: xml, validate: validate)
            }
            shell.printExtra("Network port \(try port.uuid()) created from \(path)")
        }
    }
}
