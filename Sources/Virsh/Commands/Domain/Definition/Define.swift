import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdDefine` in virsh-domain.c.
    static let define = fromFile(
        "define", .define, on: [.domain, .xml, .file],
        help: "define or change a persistent domain without starting it",
        file: "file with the domain's XML",
        schema: "validate the XML against the schema",
        failing: { "Failed to define domain from \($0)" },
        making: { (connection, xml, validate) throws(LibvirtError) in
            try connection.defineDomain(xml, validate: validate)
        },
        saying: { _, domain, path in
            "Domain '\(try domain.name())' defined from \(path)"
        })
}
