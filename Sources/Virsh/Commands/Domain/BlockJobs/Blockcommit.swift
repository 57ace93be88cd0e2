import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdBlockcommit` in virsh-domain.c.
    static let blockcommit = Command(
        "blockcommit", .changes, help: "write a disk's changes into its backing file"
    ) { options in
        let domain = options.domain()
        let path = options.data("path", "the disk")
        let bandwidth = options.blockJobBandwidth()
        let base = options.string("base", "file to write into, by default the last one")
        let shallow = options.flag("shallow", "into the backing file of the top")
        let top = options.string("top", "file to write from, by default the first one")
        let active = options.flag("active", "the file in use, too, in two phases")
        let delete = options.flag("delete", "remove files that are no longer needed")
        let waiting = options.blockJobWait(finish: "keep-overlay")
        let relative = options.flag("keep-relative", "keep relative names of backing files")
        let bytes = options.flag("bytes", "the limit is in bytes/s, not MiB/s")

        return { shell, given in
            try given.exclusive(waiting.pivot, waiting.finish)
            let path = try given[path]
            let base = try given[base]
            let top = try given[top]
            let bandwidth = try given.blockJobBandwidth(bandwidth, bytes: given[bytes])
            var flags: Domain.BlockCommitFlags = try given.flags([
                (bytes, .bytes), (shallow, .shallow), (delete, .delete), (active, .active),
                (relative, .relative),
            ])
            if given.has(waiting.pivot) || given.has(waiting.finish) { flags.insert(.active) }
            let timeout = try given[waiting.timeout]
            let isWaiting = waiting.waits(given) || timeout != nil
            try waiting.check(given, isWaiting: isWaiting)
            let domain = try shell.domain(given[domain])
            let job =
                try !isWaiting
                ? nil
                : BlockJobWait(
                    shell, domain, disk: path, label: "Block commit",
                    verbose: given[waiting.verbose], timeout: timeout,
                    async: given[waiting.async])
            try domain.commitBlock(path, base: base, top: top, bandwidth: bandwidth, flags)
            let isActive = flags.contains(.active)
            guard let job else {
                return shell.printExtra(
                    isActive ? "Active Block Commit started" : "Block Commit started",
                    terminator: "")
            }
            try job.wait("Commit")
            let ended = try waiting.conclude(
                shell, given, domain, path, finished: "Commit complete, overlay image kept")
            let news = isActive ? "Now in synchronized phase" : "Commit complete"
            shell.printExtra("\n\(ended ?? news)", terminator: "")
        }
    }
}
