import Glibc

/// The processor time that the comparisons of one request may take together. Not wall time: a busy
/// host must not fail a cheap expression.
package final class MatchTime {
    private var left: Int64

    package static let second: Int64 = 1_000_000_000

    /// The processor time of the thread when it was last asked for.
    private var lastUsed = threadNanoseconds()

    /// A comparison that took less wall time is not worth a system call: its wall time counts.
    private static let short: Int64 = 100_000

    package init(nanoseconds: Int64 = MatchTime.second) { left = nanoseconds }

    package var isUsedUp: Bool { left <= 0 }

    /// Adds time, e.g. for further text to search.
    func extend(nanoseconds: Int64) { left += nanoseconds }

    /// Accounts for the time that `body` takes. A request compares many names, so the clock that
    /// needs no system call comes first.
    func spend<Value>(_ body: () throws(RegexError) -> Value) throws(RegexError) -> Value {
        let start = wallNanoseconds()
        defer {
            let elapsed = wallNanoseconds() - start
            if elapsed < Self.short { left -= elapsed } else { charge(atMost: elapsed) }
        }
        return try body()
    }

    /// Charges what the thread has used since it was last asked: in the wall time of one
    /// comparison, other processes may have run.
    private func charge(atMost elapsed: Int64) {
        let used = threadNanoseconds()
        left -= min(elapsed, used - lastUsed)
        lastUsed = used
    }
}

/// C: `clock_gettime` with `CLOCK_MONOTONIC`, which the kernel answers without a system call.
private func wallNanoseconds() -> Int64 {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
}

/// The processor time that this thread has used. C: `clock_gettime`.
func threadNanoseconds() -> Int64 {
    var used = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used)
    return Int64(used.tv_sec) * 1_000_000_000 + Int64(used.tv_nsec)
}
