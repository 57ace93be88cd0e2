import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdDefine` in virsh-domain.c.
    static let define = fromFile(
        "define", help: "make a domain known, or change it, without starting it",
        file: "file with its description in XML",
        schema: "check it against the schema",
        failing: { "Failed to define domain from \($0)" },
        making: { (connection, xml, validate) throws(LibvirtError) in
            try connection.defineDomain(xml, validate: validate)
        },
        saying: { _, domain, path in
            "Domain '\(try domain.name())' defined from \(path)"
        })
}
