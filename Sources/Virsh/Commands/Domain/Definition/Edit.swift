import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdEdit` in virsh-domain.c.
    static let edit = Command(
        "edit", .never, on: .domain, help: "edit a domain's XML",
        description: "with the program that $EDITOR names"
    ) { options in
        let domain = options.domain()
        let skipValidate = options.flag(
            "skip-validate", "do not validate the XML against the schema")

        return { shell, given in
            let domain = try shell.domain(given[domain])
            let validate = try !given[skipValidate]
            let connection = try shell.connection
            let isEdited = try shell.edit { () throws(LibvirtError) in
                // With secrets: defining XML without them would remove them from the domain.
                try domain.xml([.secure, .inactive])
            } define: { (xml) throws(LibvirtError) in
                _ = try connection.defineDomain(.own(xml), validate: validate)
            }
            let state = isEdited ? "edited" : "not changed"
            shell.printExtra("Domain '\(try domain.name())' XML configuration \(state).")
        }
    }
}
