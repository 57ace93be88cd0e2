import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdNodeDeviceDefine` in virsh-nodedev.c.
    static let nodedevDefine = Command(
        "nodedev-define", .changes, help: "define a device of the host, to be started later"
    ) { options in
        let file = options.data("file", "file with its XML")
        let validate = options.flag("validate", "check the XML against the schema")

        return { shell, given in
            let path = try given[file]
            let xml = try shell.text(ofFile: path)
            let validate = try given[validate]
            let connection = try shell.connection
            let device = try shell.explaining("Failed to define node device from '\(path)'") {
                () throws(LibvirtError) in
                try connection.defineNodeDevice(xml: xml, validate: validate)
            }
            shell.printExtra("Node device '\(try device.name())' defined from '\(path)'")
        }
    }
}
