import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdManagedSaveEdit` in virsh-domain.c.
    static let managedsaveEdit = Command(
        "managedsave-edit", .never, on: .domain,
        help: "edit the XML in a domain's managed save image"
    ) { options in
        let domain = options.domain()
        let state = options.savedState()

        return { shell, given in
            _ = try state.exclusiveFlags(of: given)
            let domain = try shell.domain(given[domain])
            try shell.refuseEditing { () throws(LibvirtError) in
                try domain.managedSaveXML(secure: true)
            }
        }
    }
}
