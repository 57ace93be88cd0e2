import Libvirt
import XML

extension Command {
    /// virsh 9.0.0: `cmdBlockcopy` in virsh-domain.c.
    static let blockcopy = Command(
        "blockcopy", .changes, help: "copy a disk of a running domain",
        description: "and keep both equal until blockjob or an option here ends that"
    ) { options in
        let domain = options.domain()
        let path = options.data("path", "the disk")
        let dest = options.string("dest", "where to copy it to")
        let bandwidth = options.blockJobBandwidth()
        let shallow = options.flag("shallow", "without its backing files, which both share")
        let reuse = options.flag("reuse-external", "into what is there already")
        options.alias("raw", for: "format=raw")
        let blockdev = options.flag("blockdev", "the destination is a block device")
        let waiting = options.blockJobWait(finish: "finish")
        let xml = options.string("xml", "file with a description of the destination")
        let format = options.string("format", "format of the copy")
        let granularity = options.number(
            "granularity", "size of the pieces to copy, a power of two", as: .uint32)
        let buffer = options.number("buf-size", "most data under way", as: .uint64)
        let bytes = options.flag("bytes", "the limit is in bytes/s, not MiB/s")
        let transient = options.flag("transient-job", "forget the job when the guest ends")
        let synchronous = options.flag(
            "synchronous-writes", "let the guest wait for writes to both sides")
        let printXML = options.flag("print-xml", "only show the XML that describes the copy")

        return { shell, given in
            let path = try given[path]
            let dest = try given[dest]
            let file = try given[xml]
            var copy = BlockCopy(format: try given[format])
            copy.bytes = try given[bytes]
            copy.bandwidth = try given.blockJobBandwidth(bandwidth, bytes: copy.bytes)
            copy.granularity = try given[granularity] ?? 0
            copy.buffer = try given[buffer] ?? 0
            copy.blockdev = try given[blockdev]
            copy.flags = try given.flags([
                (shallow, .shallow), (reuse, .reuseExternal), (transient, .transientJob),
                (synchronous, .synchronousWrites),
            ])
            let timeout = try given[waiting.timeout]
            let isWaiting = waiting.waits(given) || timeout != nil
            try given.exclusive(dest != nil, file != nil, "dest", "xml")
            try given.exclusive(copy.format != nil, file != nil, "format", "xml")
            try given.exclusive(copy.blockdev, file != nil, "blockdev", "xml")
            try given.exclusive(waiting.pivot, waiting.finish)
            guard dest != nil || file != nil else {
                throw CommandFailure("need either --dest or --xml")
            }
            try waiting.check(given, isWaiting: isWaiting)
            let domain = try shell.domain(given[domain])
            let job =
                try !isWaiting
                ? nil
                : BlockJobWait(
                    shell, domain, disk: path, label: "Block Copy",
                    verbose: given[waiting.verbose], timeout: timeout,
                    async: given[waiting.async])
            copy.xml = try file.map { try shell.text(ofFile: $0) }
            if copy.needsDescription || given.has(printXML) {
                let parameters = try copy.parameters()
                let xml = copy.xml ?? copy.description(of: dest ?? "")
                if try given[printXML] { return shell.print(xml) }
                try domain.copyBlock(path, toXML: xml, parameters, copy.flags)
            } else {
                try domain.rebaseBlock(
                    path, base: dest, bandwidth: copy.bandwidth, copy.rebaseFlags)
            }
            guard let job else { return shell.printExtra("Block Copy started", terminator: "") }
            try job.wait("Copy")
            let ended = try waiting.conclude(
                shell, given, domain, path, finished: "Successfully copied")
            shell.printExtra("\n\(ended ?? "Now in mirroring phase")", terminator: "")
        }
    }
}

/// How a disk is to be copied.
private struct BlockCopy {
    let format: String?
    /// What describes the destination, where it was given.
    var xml: String?
    var blockdev = false
    /// In MiB/s, or with `bytes` in bytes/s.
    var bandwidth: UInt64 = 0
    var bytes = false
    /// Bytes, as is `buffer`; 0 leaves it to the hypervisor.
    var granularity: UInt32 = 0
    var buffer: UInt64 = 0
    var flags: Domain.BlockCopyFlags = []

    init(format: String?) { self.format = format }

    /// Whether it takes more than libvirt's older call can do.
    var needsDescription: Bool {
        granularity != 0 || buffer != 0 || format.map { $0 != "raw" } ?? false || xml != nil
            || flags.contains(.transientJob) || flags.contains(.synchronousWrites)
    }

    func parameters() throws(CommandFailure) -> [TypedParameter] {
        var parameters: [TypedParameter] = []
        if bandwidth != 0 {
            let limit = UInt64.max >> 20
            guard bytes || bandwidth <= limit else {
                throw CommandFailure("bandwidth must be less than \(limit)")
            }
            parameters.append(
                TypedParameter("bandwidth", .uint64(bytes ? bandwidth : bandwidth << 20)))
        }
        if granularity != 0 {
            parameters.append(TypedParameter("granularity", .uint32(granularity)))
        }
        if buffer != 0 { parameters.append(TypedParameter("buf-size", .uint64(buffer))) }
        return parameters
    }

    func description(of destination: String) -> String {
        var writer = Writer()
        writer.element("disk", ["type": blockdev ? "block" : "file"]) { disk in
            disk.element("source", [blockdev ? "dev" : "file": destination])
            if let format { disk.element("driver", ["type": format]) }
        }
        return writer.text
    }

    var rebaseFlags: Domain.RebaseFlags {
        var result: Domain.RebaseFlags = .copy
        if flags.contains(.shallow) { result.insert(.shallow) }
        if flags.contains(.reuseExternal) { result.insert(.reuseExternal) }
        if blockdev { result.insert(.toDevice) }
        if format == "raw" { result.insert(.raw) }
        if bytes { result.insert(.bytes) }
        return result
    }
}
