import Glibc

/// The processor time that the comparisons of one request may take together. Not wall time: a busy
/// host must not fail a cheap expression.
package final class MatchTime {
    private var left: Int64

    package static let second: Int64 = 1_000_000_000

    package init(nanoseconds: Int64 = MatchTime.second) { left = nanoseconds }

    package var isUsedUp: Bool { left <= 0 }

    /// Adds time, e.g. for further text to search.
    func extend(nanoseconds: Int64) { left += nanoseconds }

    /// Accounts for the time that `body` takes.
    func spend<Value>(_ body: () throws(RegexError) -> Value) throws(RegexError) -> Value {
        let start = threadNanoseconds()
        defer { left -= threadNanoseconds() - start }
        return try body()
    }
}

/// The processor time that this thread has used. C: `clock_gettime`.
func threadNanoseconds() -> Int64 {
    var used = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used)
    return Int64(used.tv_sec) * 1_000_000_000 + Int64(used.tv_nsec)
}
