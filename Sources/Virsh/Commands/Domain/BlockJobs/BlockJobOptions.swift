import Libvirt

/// The options of commands that start a block job and may wait for it.
struct BlockJobOptions {
    let wait: Key<Bool>
    let verbose: Key<Bool>
    /// Milliseconds.
    let timeout: Key<Int?>
    /// Ends the job once both images are equal, and switches the guest to the other image.
    let pivot: Key<Bool>
    /// Ends the job once both images are equal, and keeps the guest on its present image.
    let finish: Key<Bool>
    let async: Key<Bool>

    /// Whether an option other than the timeout makes the command wait.
    func waits(_ given: ParsedOptions) -> Bool {
        given.has(wait) || given.has(pivot) || given.has(finish)
    }

    /// Throws if an option is given that only makes sense when waiting.
    func check(_ given: ParsedOptions, isWaiting: Bool) throws(CommandFailure) {
        guard !isWaiting else { return }
        for option in [verbose, async] where given.has(option) {
            throw CommandFailure(
                "--\(option.name) requires at least one of --timeout, --wait, --pivot, or "
                    + "--\(finish.name)")
        }
    }

    /// Ends the job if `pivot` or `finish` was given. Returns the message about it, or `nil` if
    /// the job continues.
    func conclude(
        _ shell: Shell, _ given: ParsedOptions, _ domain: Domain, _ disk: String, finished: String
    ) throws -> String? {
        var ending: Domain.BlockJobEnding = given.has(async) ? .async : []
        let isPivot = given.has(pivot)
        guard isPivot || given.has(finish) else { return nil }
        if isPivot { ending.insert(.pivot) }
        let line = "failed to \(isPivot ? "pivot" : "finish") job for disk \(disk)"
        let domain = try shell.domainAgain(domain, or: line)
        try shell.explaining(line) { () throws(LibvirtError) in
            try domain.endBlockJob(of: disk, ending)
        }
        return isPivot ? "Successfully pivoted" : finished
    }
}

extension Options {
    /// Declares the options. `finish` is the command's name for that option.
    mutating func blockJobWait(finish: String) -> BlockJobOptions {
        let wait = flag("wait", "wait until the job completes or both images are equal")
        let verbose = flag("verbose", "show the progress while waiting")
        let timeout = number(
            "timeout", "seconds to wait before the job is aborted (implies --wait)", as: .timeout)
        let pivot = flag("pivot", "when both images are equal, switch to the other one")
        let keep = flag(finish, "when both images are equal, keep the present one")
        return BlockJobOptions(
            wait: wait, verbose: verbose, timeout: timeout, pivot: pivot, finish: keep,
            async: flag("async", "do not wait for an abort to finish"))
    }

    /// Declares `bandwidth`; read it with `ParsedOptions.blockJobBandwidth`.
    mutating func blockJobBandwidth() -> Key<String?> {
        number("bandwidth", "limit in MiB/s", as: .any)
    }
}

extension ParsedOptions {
    /// The bandwidth in MiB/s, or in bytes/s if `bytes`; 0 if the option is missing. A number
    /// without a unit is already in that unit; one with a unit (`1G`) is converted to it.
    /// virsh 9.0.0: `vshBlockJobOptionBandwidth`.
    func blockJobBandwidth(_ key: Key<String?>, bytes: Bool) throws -> UInt64 {
        guard let word = try self[key] else { return 0 }
        // virsh accepts negative numbers here, as C's `strtoull` does: -1 is the maximum.
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
