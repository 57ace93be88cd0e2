import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdDump` in virsh-domain.c.
    static let dump = Command(
        "dump", .changes, help: "write a domain's core dump to a file"
    ) { options in
        let domain = options.domain()
        let file = options.data("file", "file to write, on the host")
        let live = options.flag("live", "dump while the guest runs")
        let crash = options.flag("crash", "crash the domain afterwards")
        let bypassCache = options.flag("bypass-cache", "bypass the host's file cache")
        let reset = options.flag("reset", "reset the domain afterwards")
        let verbose = options.flag("verbose", "show the progress")
        let memoryOnly = options.flag("memory-only", "only the guest's memory")
        let format = options.string("format", "format of a memory-only dump", as: .any)

        return { shell, given in
            let word = try given[domain]
            let domain = try shell.domain(word)
            let path = try given[file]
            let flags: Domain.DumpFlags = try given.flags([
                (live, .live), (crash, .crash), (bypassCache, .bypassCache), (reset, .reset),
                (memoryOnly, .memoryOnly),
            ])
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

/// In the order of libvirt's `virDomainCoreDumpFormat`.
/// virsh 9.0.0: `virshDomainCoreDumpFormat`.
let coreDumpFormats = ["elf", "kdump-zlib", "kdump-lzo", "kdump-snappy", "win-dmp"]

/// The number of a format; an empty word means the first, raw ELF.
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
