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
        let channels = options.number(
            "parallel-channels", "number of parallel I/O channels", as: .int32, place: .named,
            since: .init(11, 2))
        let format = options.string(
            "image-format", "format of the file, e.g. raw or sparse", place: .named,
            since: .init(11, 2))
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
            var parameters = try savedStateParameters(channels: given[channels])
            if let format = try given[format] {
                parameters.append(TypedParameter("image_format", .string(format)))
            }
            let xml = try given[xml].map { try shell.text(ofFile: $0) }
            if !parameters.isEmpty { parameters += savedStateParameters(file: path, xml: xml) }
            let isVerbose = try given[verbose]
            try shell.explaining("Failed to save domain '\(word)' to \(path)") {
                () throws(LibvirtError) in
                try shell.watchingJob(of: domain, isVerbose ? "Save" : nil) {
                    [flags, parameters] () throws(LibvirtError) in
                    if parameters.isEmpty {
                        try domain.save(to: path, xml: xml, flags)
                    } else {
                        try domain.save(to: path, parameters, flags)
                    }
                }
            }
            if isVerbose { shell.printJobDone("Save") }
            shell.printExtra("\nDomain '\(word)' saved to \(path)")
        }
    }
}
