import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdDump` in virsh-domain.c.
    static let dump = Command(
        "dump", .never, on: .domain, help: "write a domain's core dump to a file"
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
            try shell.checkLocation(ofOutput: path, isDaemons: true)
            let flags: Domain.DumpFlags = try given.flags([
                (live, .live), (crash, .crash), (bypassCache, .bypassCache), (reset, .reset),
                (memoryOnly, .memoryOnly),
            ])
            let format = try given[format].map { try dumpFormat($0, flags) } ?? .raw
            let isVerbose = try given[verbose]
            try shell.explaining("Failed to core dump domain '\(word)' to \(path)") {
                () throws(LibvirtError) in
                try shell.watchingJob(of: domain, isVerbose ? "Dump" : nil) {
                    () throws(LibvirtError) in
                    try domain.dumpCore(to: path, format: format, flags)
                }
            }
            if isVerbose { shell.printJobDone("Dump") }
            shell.printExtra("\nDomain '\(word)' dumped to \(path)")
        }
    }
}

extension Domain.DumpFormat: VirshNamed {
    /// virsh 9.0.0: `virshDomainCoreDumpFormat`.
    var name: String {
        switch self {
        case .raw: "elf"
        case .kdumpZlib: "kdump-zlib"
        case .kdumpLZO: "kdump-lzo"
        case .kdumpSnappy: "kdump-snappy"
        case .windows: "win-dmp"
        }
    }
}

/// Parses a format. An empty word means raw ELF, the default.
private func dumpFormat(
    _ word: String, _ flags: Domain.DumpFlags
) throws(CommandFailure) -> Domain.DumpFormat {
    guard flags.contains(.memoryOnly) else {
        throw CommandFailure("--format only works with --memory-only")
    }
    guard !word.isEmpty else { return .raw }
    guard let format = Domain.DumpFormat(named: word) else {
        throw CommandFailure(
            "format '\(word)' is not supported, expecting 'kdump-zlib', 'kdump-lzo', "
                + "'kdump-snappy', 'win-dmp' or 'elf'")
    }
    return format
}
