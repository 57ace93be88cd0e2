import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdNodeDeviceCreate` in virsh-nodedev.c.
    static let nodedevCreate = Command(
        "nodedev-create", .changes, help: "make a device of the host that is gone once removed"
    ) { options in
        let file = options.data("file", "file with its XML")
        let validate = options.flag("validate", "check the XML against the schema")

        return { shell, given in
            let path = try given[file]
            let xml = try shell.text(ofFile: path)
            let validate = try given[validate]
            let connection = try shell.connection
            let device = try shell.explaining("Failed to create node device from \(path)") {
                () throws(LibvirtError) in
                try connection.createNodeDevice(xml: xml, validate: validate)
            }
            shell.printExtra("Node device \(try device.name()) created from \(path)")
        }
    }
}
