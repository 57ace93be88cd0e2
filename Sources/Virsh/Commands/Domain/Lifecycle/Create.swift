import Confinement
import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdCreate` in virsh-domain.c.
    static let create = Command(
        "create", .define, on: [.domain, .xml, .file],
        help: "create and start a transient domain from an XML file"
    ) { options in
        let file = options.data("file", "file with the domain's XML", names: [.xml, .file])
        let console = options.flag("console", "attach to its console afterwards", .refused)
        let paused = options.flag("paused", "leave the guest paused")
        let autodestroy = options.flag("autodestroy", "destroy it when this connection closes")
        let files = options.string(
            "pass-fds", "descriptors N,M,... for the guest", .refused, as: .any)
        let validate = options.flag("validate", "validate the XML against the schema")
        let resetNVRAM = options.flag("reset-nvram", "recreate the NVRAM from its template")

        return { shell, given in
            let path = try given[file]
            let xml = try shell.text(ofFile: path)
            let files = try given.files(files)
            let pausesForConsole =
                try shell.version >= .consoleFirst && given[console]
                && !given[paused]
            var flags: Domain.StartFlags = try given.flags([
                (paused, .paused), (autodestroy, .autodestroy), (validate, .validate),
                (resetNVRAM, .resetNVRAM),
            ])
            if pausesForConsole { flags.insert(.paused) }
            let connection = try shell.connection
            let domain = try shell.gate.exclusively {
                let xml = try shell.gate.judged(domain: xml)
                return try shell.explaining("Failed to create domain from \(path)") {
                    () throws(LibvirtError) in
                    try shell.pausing(pausesForConsole, flags) {
                        (flags) throws(LibvirtError) in
                        guard let files else { return try connection.createDomain(xml, flags) }
                        return try connection.createDomain(xml, flags, files: files)
                    }
                }
            }
            shell.printExtra("Domain '\(try domain.name())' created from \(path)")
            if try given[console] {
                // virsh ignores the result here, unlike in `start`: the error is printed, but
                // the command succeeds.
                do throws(CommandFailure) {
                    try shell.attachConsole(of: domain)
                } catch {
                    for line in error.lines { shell.printError(line) }
                }
            }
        }
    }
}
