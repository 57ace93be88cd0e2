import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdDump` in virsh-domain.c.
    static let dump = Command(
        "dump", .changes, help: "write a domain's memory to a file"
    ) { options in
        let domain = options.domain()
        let file = options.data("file", "where to on the host")
        let live = options.flag("live", "while the guest runs")
        let crash = options.flag("crash", "then let it crash")
        let bypassCache = options.flag("bypass-cache", "write past the cache")
        let reset = options.flag("reset", "then reset it")
        let verbose = options.flag("verbose", "show the progress")
        let memoryOnly = options.flag("memory-only", "memory without the devices' state")
        let format = options.string("format", "how memory alone is written", as: .any)

        return { shell, given in
            let word = try given[domain]
            let domain = try shell.domain(word)
            let path = try given[file]
            var flags: Domain.DumpFlags = []
            if try given[live] { flags.insert(.live) }
            if try given[crash] { flags.insert(.crash) }
            if try given[bypassCache] { flags.insert(.bypassCache) }
            if try given[reset] { flags.insert(.reset) }
            if try given[memoryOnly] { flags.insert(.memoryOnly) }
            let format = try given[format].map { try coreDumpFormat($0, flags) } ?? 0
            try shell.explaining("Failed to core dump domain '\(word)' to \(path)") {
                () throws(LibvirtError) in
                try domain.dumpCore(to: path, format: UInt32(format), flags)
            }
            if try given[verbose] { shell.printJobDone("Dump") }
            shell.printExtra("\nDomain '\(word)' dumped to \(path)")
        }
    }
}

/// virsh 9.0.0: `virshDomainCoreDumpFormat`.
let coreDumpFormats = ["elf", "kdump-zlib", "kdump-lzo", "kdump-snappy", "win-dmp"]

private func coreDumpFormat(
    _ word: String, _ flags: Domain.DumpFlags
) throws(CommandFailure) -> Int {
    guard flags.contains(.memoryOnly) else {
        throw CommandFailure("--format only works with --memory-only")
    }
    guard !word.isEmpty else { return 0 }
    guard let format = coreDumpFormats.firstIndex(of: word) else {
        throw CommandFailure(
            "format '\(word)' is not supported, expecting 'kdump-zlib', 'kdump-lzo', "
                + "'kdump-snappy', 'win-dmp' or 'elf'")
    }
    return format
}
