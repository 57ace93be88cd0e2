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
            let format = try given[format].map { try dumpFormat($0, flags) } ?? .raw
            try shell.explaining("Failed to core dump domain '\(word)' to \(path)") {
                () throws(LibvirtError) in
                try domain.dumpCore(to: path, format: format, flags)
            }
            if try given[verbose] { shell.printJobDone("Dump") }
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
