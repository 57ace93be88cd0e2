import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdSaveImageEdit` in virsh-domain.c.
    static let saveImageEdit = Command(
        "save-image-edit", .never, help: "edit the XML in a saved state"
    ) { options in
        let file = options.data("file", "file with the saved state, on the host")
        let state = options.savedState()

        return { shell, given in
            let flags = try state.exclusiveFlags(of: given)
            let path = try given[file]
            let connection = try shell.connection
            let isEdited = try shell.edit { () throws(LibvirtError) in
                // With secrets: writing XML without them would remove them from the image.
                try connection.savedXML(in: path, secure: true)
            } define: { (xml) throws(LibvirtError) in
                try connection.setSavedXML(in: path, to: xml, flags)
            }
            shell.printExtra(
                isEdited
                    ? "State file \(path) edited."
                    : "Saved image \(path) XML configuration not changed.")
        }
    }
}
