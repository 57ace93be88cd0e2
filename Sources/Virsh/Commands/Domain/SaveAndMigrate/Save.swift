import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdSave` in virsh-domain.c.
    static let save = Command(
        "save", .never, on: .domain, help: "save a domain's state to a file and stop it",
        description: "`restore` starts it from that file"
    ) { options in
        let domain = options.domain()
        let file = options.data("file", "file to write, on the host")
        let bypassCache = options.flag("bypass-cache", "bypass the host's file cache")
        let xml = options.string("xml", "file with updated XML for the restored domain")
        let state = options.savedState()
        let verbose = options.flag("verbose", "show the progress")

        return { shell, given in
            let word = try given[domain]
            let domain = try shell.domain(word)
            let path = try given[file]
            try shell.checkLocation(ofOutput: path, isDaemons: true)
            var flags = try state.flags(of: given)
            if try given[bypassCache] { flags.insert(.bypassCache) }
            let xml = try given[xml].map { try shell.text(ofFile: $0) }
            let isVerbose = try given[verbose]
            try shell.explaining("Failed to save domain '\(word)' to \(path)") {
                () throws(LibvirtError) in
                try shell.watchingJob(of: domain, isVerbose ? "Save" : nil) {
                    [flags] () throws(LibvirtError) in
                    try domain.save(to: path, xml: xml, flags)
                }
            }
            if isVerbose { shell.printJobDone("Save") }
            shell.printExtra("\nDomain '\(word)' saved to \(path)")
        }
    }
}
