import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdSecretDefine` in virsh-secret.c.
    static let secretDefine = Command(
        "secret-define", .changes, help: "define a secret, or change its definition"
    ) { options in
        let file = options.data("file", "file with its XML")
        let validate = options.flag("validate", "check the XML against the schema")

        return { shell, given in
            let path = try given[file]
            let validate = try given[validate]
            let xml = try shell.text(ofFile: path)
            let connection = try shell.connection
            let secret = try shell.explaining("Failed to set attributes from \(path)") {
                () throws(LibvirtError) in
                try connection.defineSecret(xml: xml, validate: validate)
            }
            let uuid = try shell.explaining("Failed to get UUID of created secret") {
                () throws(LibvirtError) in try secret.uuid()
            }
            shell.printExtra("Secret \(uuid) created")
        }
    }
}
