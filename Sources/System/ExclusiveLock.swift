import CSystem
import Glibc

/// Keeps other processes out of a section of code, until the value is destroyed. C: `flock`.
package struct ExclusiveLock: ~Copyable {
    private let descriptor: FileDescriptor

    /// Waits until no other process holds the lock on this directory, at most for `limit`:
    /// `ETIMEDOUT` if its holder does not go on, e.g. because it was stopped.
    package init(directory path: String, within limit: Duration) throws(SystemError) {
        let deadline = ContinuousClock.now + limit
        while true {
            let opened = try FileDescriptor.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
            try Self.lock(opened, until: deadline)
            // The directory may have been replaced meanwhile: then others lock the new one.
            if try FileIdentity(path) == opened.status().identity {
                descriptor = opened
                return
            }
        }
    }

    private static func lock(
        _ directory: borrowing FileDescriptor, until deadline: ContinuousClock.Instant
    ) throws(SystemError) {
        var pause: UInt32 = 100
        while flock(directory.number, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else { throw .last }
            guard .now < deadline else { throw SystemError(number: ETIMEDOUT) }
            // flock(2) has no time limit. A holder needs well below a millisecond.
            usleep(pause)
            pause = min(pause * 2, 5000)
        }
    }

    /// Runs `body` while the lock is held.
    package borrowing func held<Value>(_ body: () throws -> Value) rethrows -> Value { try body() }
}
