import Confinement
import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdDefine` in virsh-domain.c.
    static let define = Command(
        "define", .define, on: [.domain, .xml, .file],
        help: "define or change a persistent domain without starting it"
    ) { options in
        let file = options.data("file", "file with the domain's XML", names: [.xml, .file])
        let validate = options.flag("validate", "validate the XML against the schema")

        return { shell, given in
            let path = try given[file]
            let validate = try given[validate]
            let xml = try shell.text(ofFile: path)
            let connection = try shell.connection
            let domain = try shell.gate.exclusively {
                let xml = try shell.gate.judged(domain: xml)
                return try shell.explaining("Failed to define domain from \(path)") {
                    () throws(LibvirtError) in
                    try connection.defineDomain(xml, validate: validate)
                }
            }
            shell.printExtra("Domain '\(try domain.name())' defined from \(path)")
        }
    }
}
