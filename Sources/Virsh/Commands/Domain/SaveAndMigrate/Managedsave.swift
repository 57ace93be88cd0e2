import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdManagedSave` in virsh-domain.c.
    static let managedsave = Command(
        "managedsave", .power, on: .domain,
        help: "save and stop a domain; its next start restores it"
    ) { options in
        let domain = options.domain()
        let bypassCache = options.flag("bypass-cache", "bypass the host's file cache")
        let state = options.savedState()
        let verbose = options.flag("verbose", "show the progress")

        return { shell, given in
            let word = try given[domain]
            let domain = try shell.domain(word)
            var flags = try state.flags(of: given)
            if try given[bypassCache] { flags.insert(.bypassCache) }
            let isVerbose = try given[verbose]
            try shell.explaining("Failed to save domain '\(word)' state") {
                () throws(LibvirtError) in
                try shell.watchingJob(of: domain, isVerbose ? "Managedsave" : nil) {
                    [flags] () throws(LibvirtError) in
                    try domain.managedSave(flags)
                }
            }
            if isVerbose { shell.printJobDone("Managedsave") }
            shell.printExtra("\nDomain '\(word)' state saved by libvirt")
        }
    }
}
