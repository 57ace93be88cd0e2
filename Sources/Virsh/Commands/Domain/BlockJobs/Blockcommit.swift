import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdBlockcommit` in virsh-domain.c.
    static let blockcommit = Command(
        "blockcommit", .never, on: .domain, help: "commit a disk's changes to its backing file"
    ) { options in
        let domain = options.domain()
        let path = options.data("path", "target or source path of the disk")
        let bandwidth = options.blockJobBandwidth()
        let base = options.string("base", "file to commit into (default: bottom of the chain)")
        let shallow = options.flag("shallow", "commit into the backing file of the top file")
        let top = options.string("top", "file to commit from (default: top of the chain)")
        let active = options.flag("active", "two-phase commit of the active file")
        let delete = options.flag("delete", "delete files that were committed")
        let waiting = options.blockJobWait(finish: "keep-overlay")
        let relative = options.flag("keep-relative", "keep the backing chain relative")
        let bytes = options.flag("bytes", "bandwidth in bytes/s instead of MiB/s")

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
            // Both end the second phase, which only an active commit has.
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
            let state = isActive ? "Now in synchronized phase" : "Commit complete"
            shell.printExtra("\n\(ended ?? state)", terminator: "")
        }
    }
}
