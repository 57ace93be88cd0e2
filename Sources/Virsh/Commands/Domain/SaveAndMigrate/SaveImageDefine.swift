import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdSaveImageDefine` in virsh-domain.c.
    static let saveImageDefine = Command(
        "save-image-define", .never, help: "replace the XML in a saved state"
    ) { options in
        let file = options.data("file", "file with the saved state, on the host")
        let xml = options.data("xml", "file with the new XML")
        let state = options.savedState()

        return { shell, given in
            let flags = try state.flags(of: given)
            let path = try given[file]
            let xml = try shell.text(ofFile: given[xml])
            let connection = try shell.connection
            try shell.explaining("Failed to update \(path)") { () throws(LibvirtError) in
                try connection.setSavedXML(in: path, to: xml, flags)
            }
            shell.printExtra("State file \(path) updated.")
        }
    }
}
