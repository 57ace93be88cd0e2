import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdBlockpull` in virsh-domain.c.
    static let blockpull = Command(
        "blockpull", .snapshot, on: .domain, help: "populate a disk from its backing files"
    ) { options in
        let domain = options.domain()
        let path = options.data("path", "target or source path of the disk")
        let bandwidth = options.blockJobBandwidth()
        let base = options.string("base", "backing file to keep (default: none)", .refused)
        let wait = options.flag("wait", "wait until the job completes")
        let verbose = options.flag("verbose", "show the progress while waiting")
        let timeout = options.number(
            "timeout", "seconds to wait before the job is aborted", as: .timeout)
        let async = options.flag("async", "do not wait for an abort to finish")
        let relative = options.flag("keep-relative", "keep the backing chain relative")
        let bytes = options.flag("bytes", "bandwidth in bytes/s instead of MiB/s")

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
            // virDomainBlockPull cannot take a base, virDomainBlockRebase can.
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
