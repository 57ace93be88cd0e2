import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdBlockpull` in virsh-domain.c.
    static let blockpull = Command(
        "blockpull", .changes, help: "fill a disk from its backing files"
    ) { options in
        let domain = options.domain()
        let path = options.data("path", "the disk")
        let bandwidth = options.blockJobBandwidth()
        let base = options.string("base", "backing file that stays in use")
        let wait = options.flag("wait", "wait until it is done")
        let verbose = options.flag("verbose", "show the progress meanwhile")
        let timeout = options.number("timeout", "wait at most so many seconds", as: .timeout)
        let async = options.flag("async", "when giving up, do not wait for the job's end")
        let relative = options.flag("keep-relative", "keep relative names of backing files")
        let bytes = options.flag("bytes", "the limit is in bytes/s, not MiB/s")

        return { shell, given in
            try given.requires(verbose, wait)
            try given.requires(async, wait)
            let path = try given[path]
            let base = try given[base]
            let bytes = try given[bytes]
            let bandwidth = try given.blockJobBandwidth(bandwidth, bytes: bytes)
            let timeout = try given[timeout]
            let domain = try shell.domain(given[domain])
            let job =
                try !given[wait]
                ? nil
                : BlockJobWait(
                    shell, domain, disk: path, label: "Block Pull", verbose: given[verbose],
                    timeout: timeout, async: given[async])
            let relative = try given[relative]
            if base != nil || relative {
                var flags: Domain.RebaseFlags = relative ? .relative : []
                if bytes { flags.insert(.bytes) }
                try domain.rebaseBlock(path, base: base, bandwidth: bandwidth, flags)
            } else {
                try domain.pullBlock(path, bandwidth: bandwidth, bytes: bytes)
            }
            guard let job else { return shell.printExtra("Block Pull started", terminator: "") }
            try job.wait("Pull")
            shell.printExtra("\nPull complete", terminator: "")
        }
    }
}
