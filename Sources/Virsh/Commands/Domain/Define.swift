import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdDefine` in virsh-domain.c.
    static let define = Command(
        "define", .changes, help: "make a domain known, or change it, without starting it"
    ) { options in
        let file = options.data("file", "file with its description in XML")
        let validate = options.flag("validate", "check it against the schema")

        return { shell, given in
            let path = try given[file]
            let validate = try given[validate]
            let xml = try shell.text(ofFile: path)
            let connection = try shell.connection
            let domain = try shell.explaining("Failed to define domain from \(path)") {
                () throws(LibvirtError) in
                try connection.defineDomain(xml, validate: validate)
            }
            shell.printExtra("Domain '\(try domain.name())' defined from \(path)")
        }
    }
}
