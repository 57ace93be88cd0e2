import Libvirt

/// The options about waiting of commands that start the job of a disk.
struct BlockJobOptions {
    let wait: Key<Bool>
    let verbose: Key<Bool>
    let timeout: Key<Int?>
    /// Ends the job when both sides are equal: the guest goes on with the other one.
    let pivot: Key<Bool>
    /// Ends the job when both sides are equal: the guest goes on with its own.
    let finish: Key<Bool>
    let async: Key<Bool>

    /// Whether the command waits, where no timeout says so.
    func waits(_ given: Given) -> Bool {
        given.has(wait) || given.has(pivot) || given.has(finish)
    }

    /// Refuses what only means something to those who wait.
    func check(_ given: Given, isWaiting: Bool) throws(CommandFailure) {
        guard !isWaiting else { return }
        for option in [verbose, async] where given.has(option) {
            throw CommandFailure(
                "--\(option.name) requires at least one of --timeout, --wait, --pivot, or "
                    + "--\(finish.name)")
        }
    }

    /// Ends the job as asked for; what is to be said of that, or `nil` where it goes on.
    func conclude(
        _ shell: Shell, _ given: Given, _ domain: Domain, _ disk: String, finished: String
    ) throws(CommandFailure) -> String? {
        var ending: Domain.BlockJobEnding = given.has(async) ? .async : []
        let isPivot = given.has(pivot)
        guard isPivot || given.has(finish) else { return nil }
        if isPivot { ending.insert(.pivot) }
        try shell.explaining("failed to \(isPivot ? "pivot" : "finish") job for disk \(disk)") {
            () throws(LibvirtError) in try domain.endBlockJob(of: disk, ending)
        }
        return isPivot ? "Successfully pivoted" : finished
    }
}

extension Options {
    /// `finish` is what the command calls that option.
    mutating func blockJobWait(finish: String) -> BlockJobOptions {
        let wait = flag("wait", "wait until it is done or both sides are equal")
        let verbose = flag("verbose", "show the progress meanwhile")
        let timeout = number(
            "timeout", "wait, but give up after so many seconds", as: .timeout)
        let pivot = flag("pivot", "wait, then go on with the other side")
        let keep = flag(finish, "wait, then go on with this side")
        return BlockJobOptions(
            wait: wait, verbose: verbose, timeout: timeout, pivot: pivot, finish: keep,
            async: flag("async", "when giving up, do not wait for the job's end"))
    }

    mutating func blockJobBandwidth() -> Key<String?> {
        number("bandwidth", "limit in MiB/s", as: .any)
    }
}

extension Given {
    /// A bandwidth; one with a unit is in bytes/s and becomes MiB/s unless `bytes`; 0 where none
    /// is given. virsh 9.0.0: `vshBlockJobOptionBandwidth`.
    func blockJobBandwidth(_ key: Key<String?>, bytes: Bool) throws -> UInt64 {
        guard let word = try self[key] else { return 0 }
        if let number = unsignedNumber(word, wraps: true) { return number }
        guard let (value, suffix) = leadingUnsigned(word),
            let scaled = scaledNumber(value, suffix: suffix, unit: 1, max: UInt64.max)
        else {
            throw CommandFailure(
                "Scaled numeric value '\(word)' for <--bandwidth> option is malformed or out of "
                    + "range")
        }
        return bytes ? scaled : scaled >> 20
    }
}
