import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdManagedSaveRemove` in virsh-domain.c.
    static let managedsaveRemove = Command(
        "managedsave-remove", .power, on: .domain, help: "delete a domain's managed save image"
    ) { options in
        let domain = options.domain()

        return { shell, given in
            let word = try given[domain]
            let domain = try shell.domain(word)
            let isSaved = try shell.explaining(
                "Failed to check for domain managed save image"
            ) { () throws(LibvirtError) in try domain.hasManagedSave() }
            guard isSaved else {
                // The misspelt "manage save" is virsh's.
                shell.printExtra(
                    "Domain '\(word)' has no manage save image; removal skipped")
                return
            }
            try shell.explaining("Failed to remove managed save image for domain '\(word)'") {
                () throws(LibvirtError) in try domain.removeManagedSave()
            }
            shell.printExtra("Removed managedsave image for domain '\(word)'")
        }
    }
}
