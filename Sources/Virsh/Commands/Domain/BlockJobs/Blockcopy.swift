import Libvirt
import Policy
import XML

extension Command {
    /// virsh 9.0.0: `cmdBlockcopy` in virsh-domain.c.
    static let blockcopy = Command(
        "blockcopy", .never, on: .domain, help: "copy a disk of a running domain",
        description: "mirrors all writes until --pivot, --finish or blockjob ends the job"
    ) { options in
        let domain = options.domain()
        let path = options.data("path", "target or source path of the disk")
        let dest = options.string("dest", "path of the copy")
        let bandwidth = options.blockJobBandwidth()
        let shallow = options.flag("shallow", "copy only the top file, share its backing files")
        let reuse = options.flag("reuse-external", "reuse an existing destination")
        options.alias("raw", for: "format=raw")
        let blockdev = options.flag("blockdev", "the destination is a block device")
        let waiting = options.blockJobWait(finish: "finish")
        let xml = options.string("xml", "file with the destination's <disk> XML")
        let format = options.string("format", "format of the copy")
        let granularity = options.number(
            "granularity", "bytes of a dirty-bitmap unit, a power of two", as: .uint32)
        let buffer = options.number("buf-size", "bytes in flight at most", as: .uint64)
        let bytes = options.flag("bytes", "bandwidth in bytes/s instead of MiB/s")
        let transient = options.flag("transient-job", "drop the job when the guest ends")
        let synchronous = options.flag(
            "synchronous-writes", "complete a guest's write only when both images have it")
        let printXML = options.flag("print-xml", "only print the destination's XML")
        let isZero = options.flag(
            "dest-is-zero", "the destination reads as zeros", since: .init(12, 2))

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
                (synchronous, .synchronousWrites), (isZero, .targetIsZero),
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
            // Like virsh, use the older call if it can do the job: old daemons have only that.
            if copy.needsDiskXML || given.has(printXML) {
                let parameters = try copy.parameters()
                let xml = copy.xml ?? copy.diskXML(destination: dest ?? "")
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

/// The arguments of either call that copies a disk.
private struct BlockCopy {
    let format: String?
    /// The destination's `<disk>` XML, if the user gave it.
    var xml: String?
    /// Whether the destination is a block device.
    var blockdev = false
    /// In MiB/s, or in bytes/s if `bytes`.
    var bandwidth: UInt64 = 0
    var bytes = false
    /// In bytes; 0 means the hypervisor's default.
    var granularity: UInt32 = 0
    /// In bytes; 0 means the hypervisor's default.
    var buffer: UInt64 = 0
    var flags: Domain.BlockCopyFlags = []

    init(format: String?) { self.format = format }

    /// Whether the copy needs `virDomainBlockCopy`, which takes the destination as XML. The older
    /// `virDomainBlockRebase` takes a path.
    var needsDiskXML: Bool {
        granularity != 0 || buffer != 0 || format.map { $0 != "raw" } ?? false || xml != nil
            || flags.contains(.transientJob) || flags.contains(.synchronousWrites)
    }

    /// The typed parameters of `virDomainBlockCopy`, which takes a bandwidth in bytes/s only.
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

    /// The `<disk>` XML for a destination path.
    func diskXML(destination: String) -> String {
        var writer = Writer()
        writer.element("disk", ["type": blockdev ? "block" : "file"]) { disk in
            disk.element("source", [blockdev ? "dev" : "file": destination])
            if let format { disk.element("driver", ["type": format]) }
        }
        return writer.text
    }

    /// The same for `virDomainBlockRebase`.
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
