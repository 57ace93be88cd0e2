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
            let flags = try state.exclusiveFlags(of: given)
            let domain = try shell.domain(given[domain])
            let isEdited = try shell.edit { () throws(LibvirtError) in
                // With secrets: writing XML without them would remove them from the image.
                try domain.managedSaveXML(secure: true)
            } define: { (xml) throws(LibvirtError) in
                try domain.setManagedSaveXML(xml, flags)
            }
            let name = try domain.name()
            // The capital D of only one of the messages is virsh's.
            shell.printExtra(
                isEdited
                    ? "Managed save image of Domain '\(name)' XML configuration edited."
                    : "Managed save image of domain '\(name)' XML configuration not changed.")
        }
    }
}
