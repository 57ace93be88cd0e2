import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdCreate` in virsh-domain.c.
    static let create = Command(
        "create", .changes, help: "start a domain that is gone when it ends"
    ) { options in
        let file = options.data("file", "file with its description in XML")
        let console = options.flag("console", "then attach to its console")
        let paused = options.flag("paused", "without letting the guest run")
        let autodestroy = options.flag("autodestroy", "end it with this connection")
        let files = options.string("pass-fds", "descriptors N,M,... for the guest", as: .any)
        let validate = options.flag("validate", "check it against the schema")
        let resetNVRAM = options.flag("reset-nvram", "make its NVRAM anew")

        return { shell, given in
            let path = try given[file]
            let xml = try shell.text(ofFile: path)
            let files = try given.files(files)
            var flags: Domain.StartFlags = []
            if try given[paused] { flags.insert(.paused) }
            if try given[autodestroy] { flags.insert(.autodestroy) }
            if try given[validate] { flags.insert(.validate) }
            if try given[resetNVRAM] { flags.insert(.resetNVRAM) }
            let connection = try shell.connection
            let domain = try shell.explaining("Failed to create domain from \(path)") {
                () throws(LibvirtError) in
                guard let files else { return try connection.createDomain(xml, flags) }
                return try connection.createDomain(xml, flags, files: files)
            }
            shell.printExtra("Domain '\(try domain.name())' created from \(path)")
            if try given[console] {
                // A console that cannot be had is told, and the domain runs all the same.
                do throws(CommandFailure) {
                    try shell.attachConsole(of: domain)
                } catch {
                    for line in error.lines { shell.printError(line) }
                }
            }
        }
    }
}
