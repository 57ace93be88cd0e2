import Glibc
import System

/// The lock that lets one session with a role at a time check the host and change it, so that no
/// other makes the check wrong in between.
final class HostWideLock {
    private let path: String
    /// While it is held. No other code may open the file: see `RecordLock`.
    private var lock: RecordLock?
    private var depth = 0

    init(_ state: StateDirectory) { path = state.effectsLock }

    func exclusively<Result>(_ body: () throws -> Result) throws -> Result {
        if depth == 0 { try acquire() }
        depth += 1
        defer {
            depth -= 1
            if depth == 0 { lock = nil }
        }
        return try body()
    }

    /// Waits for other sessions. They hold it for single calls of libvirt, the longest of which
    /// start a domain or copy a volume.
    private func acquire() throws(SystemError) {
        let end = ContinuousClock.now + .seconds(600)
        while true {
            if let free = try RecordLock.acquire(path) {
                lock = consume free
                return
            }
            guard ContinuousClock.now < end else { throw SystemError(number: EBUSY) }
            usleep(20_000)
        }
    }
}
