import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdManagedSaveDefine` in virsh-domain.c.
    static let managedsaveDefine = Command(
        "managedsave-define", .never, on: [.domain, .xml],
        help: "replace the XML in a domain's managed save image"
    ) { options in
        let domain = options.domain()
        let xml = options.data("xml", "file with the new XML")
        let state = options.savedState()

        return { shell, given in
            let flags = try state.exclusiveFlags(of: given)
            let xml = try shell.text(ofFile: given[xml])
            let domain = try shell.domain(given[domain])
            let name = try domain.name()
            try shell.explaining("Failed to update \(name) XML configuration") {
                () throws(LibvirtError) in try domain.setManagedSaveXML(xml, flags)
            }
            shell.printExtra("Managed save state file of domain '\(name)' updated.")
        }
    }
}
