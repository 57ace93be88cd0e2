import Libvirt
import Policy
import Text

extension Command {
    /// virsh 9.0.0: `cmdBlockjob` in virsh-domain.c.
    static let blockjob = Command(
        "blockjob", .snapshot, on: .domain, mayOnlyRead: true,
        help: "show, limit or end a disk's block job",
        description: "block jobs are started by blockcommit, blockcopy and blockpull"
    ) { options in
        let domain = options.domain()
        let path = options.data("path", "target or source path of the disk", .selects)
        let abort = options.flag("abort", "abort the job")
        let async = options.flag("async", "abort without waiting for the end")
        let pivot = options.flag("pivot", "end the job and switch to the copy", .refused)
        let info = options.flag("info", "show the job (default)", .selects)
        let bytes = options.flag("bytes", "bandwidth in bytes/s instead of MiB/s", .selects)
        let raw = options.flag("raw", "show the job's numbers unformatted", .selects)
        let bandwidth = options.blockJobBandwidth()

        return { shell, given in
            for mode in [raw, info] {
                try given.exclusive(mode, abort)
                try given.exclusive(mode, pivot)
                try given.exclusive(mode, async)
                try given.exclusive(mode, bandwidth)
            }
            try given.exclusive(bytes, abort)
            try given.exclusive(bytes, pivot)
            try given.exclusive(bytes, async)
            let domain = try shell.domain(given[domain])
            let path = try given[path]
            let bytes = try given[bytes]
            if given.has(bandwidth) {
                let bandwidth = try given.blockJobBandwidth(bandwidth, bytes: bytes)
                try domain.limitBlockJob(of: path, bandwidth: bandwidth, bytes: bytes)
            } else if given.has(abort) || given.has(pivot) || given.has(async) {
                var ending: Domain.BlockJobEnding = []
                if try given[async] { ending.insert(.async) }
                if try given[pivot] { ending.insert(.pivot) }
                try domain.endBlockJob(of: path, ending)
            } else {
                try shell.printBlockJob(of: domain, path, bytes: bytes, raw: given[raw])
            }
        }
    }
}

extension Shell {
    /// Prints a disk's job, or that it has none. virsh 9.0.0: `virshBlockJobInfo`.
    fileprivate func printBlockJob(
        of domain: Domain, _ disk: String, bytes: Bool, raw: Bool
    ) throws {
        let found = try blockJob(of: domain, disk, bytes: bytes, raw: raw)
        guard let (job, speed) = found else {
            if !raw { printExtra("No current block job for \(disk)", terminator: "") }
            return
        }
        guard !raw else {
            // "(null)" is what C's printf makes of a missing name.
            let label = job.type?.name ?? "(null)"
            print(
                " type=\(label)\n bandwidth=\(job.bandwidth)\n"
                    + " cur=\(job.current)\n end=\(job.end)\n")
            return
        }
        printJobProgress(
            blockJobLabel(job.type), remaining: job.end &- job.current, total: job.end)
        if speed != 0 {
            let (value, unit) = prettyCapacity(speed)
            print("    Bandwidth limit: \(speed) bytes/s (\(fixed(value, 3)) \(unit)/s)")
        }
        print("\n")
    }

    /// A disk's job, and its bandwidth limit in bytes/s (with `raw` and without `bytes`: MiB/s).
    /// If the host can only report MiB/s, the limit is converted.
    private func blockJob(
        of domain: Domain, _ disk: String, bytes: Bool, raw: Bool
    ) throws -> (Domain.BlockJob, speed: UInt64)? {
        if bytes || !raw {
            do throws(LibvirtError) {
                let job = try domain.blockJob(of: disk, bytes: true)
                return job.map { ($0, $0.bandwidth) }
            } catch {
                // An old daemon does not know the flag for bytes. With --bytes that is an error.
                let isUnsupported = [.invalidArgument, .overflow].contains(error.code)
                guard isUnsupported, !bytes else { throw error }
                LibvirtError.forgetReported()
            }
        }
        guard let job = try domain.blockJob(of: disk, bytes: false) else { return nil }
        guard !raw else { return (job, job.bandwidth) }
        guard job.bandwidth >> 44 == 0 else {  // 20 more bits would not fit
            throw CommandFailure(
                "overflow in converting \(job.bandwidth) MiB/s to bytes\(lineEndInError)")
        }
        return (job, job.bandwidth << 20)
    }
}
