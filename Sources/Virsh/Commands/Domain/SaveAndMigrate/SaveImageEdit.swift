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
            _ = try state.exclusiveFlags(of: given)
            let path = try given[file]
            let connection = try shell.connection
            try shell.refuseEditing { () throws(LibvirtError) in
                try connection.savedXML(in: path, secure: true)
            }
        }
    }
}
