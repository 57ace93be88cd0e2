import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdEdit` in virsh-domain.c.
    static let edit = Command(
        "edit", .never, on: .domain, help: "edit a domain's XML",
        description: "which needs an editor on a terminal; a session has none"
    ) { options in
        let domain = options.domain()
        let skipValidate = options.flag(
            "skip-validate", "do not validate the XML against the schema")

        return { shell, given in
            let domain = try shell.domain(given[domain])
            _ = try given[skipValidate]
            try shell.refuseEditing { () throws(LibvirtError) in
                try domain.xml([.secure, .inactive])
            }
        }
    }
}
