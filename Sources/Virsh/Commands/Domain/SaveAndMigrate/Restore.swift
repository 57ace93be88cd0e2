import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdRestore` in virsh-domain.c.
    static let restore = Command(
        "restore", .never, help: "start a domain from a saved state"
    ) { options in
        let file = options.data("file", "file with the saved state, on the host")
        let bypassCache = options.flag("bypass-cache", "bypass the host's file cache")
        let channels = options.number(
            "parallel-channels", "number of parallel I/O channels", as: .int32, place: .named,
            since: .init(11, 2))
        let xml = options.string("xml", "file with updated XML for the restored domain")
        let state = options.savedState()
        let resetNVRAM = options.flag("reset-nvram", "recreate the NVRAM from its template")

        return { shell, given in
            let path = try given[file]
            var flags = try state.flags(of: given)
            if try given[bypassCache] { flags.insert(.bypassCache) }
            if try given[resetNVRAM] { flags.insert(.resetNVRAM) }
            let xml = try given[xml].map { try shell.text(ofFile: $0) }
            var parameters = try savedStateParameters(channels: given[channels])
            if !parameters.isEmpty { parameters += savedStateParameters(file: path, xml: xml) }
            let connection = try shell.connection
            try shell.explaining("Failed to restore domain from \(path)") {
                () throws(LibvirtError) in
                if parameters.isEmpty {
                    try connection.restoreDomain(from: path, xml: xml, flags)
                } else {
                    try connection.restoreDomain(from: path, parameters, flags)
                }
            }
            shell.printExtra("Domain restored from \(path)")
        }
    }
}
