import CSystem
import Glibc

/// Keeps other processes out of a section of code, until the value is destroyed. C: `flock`.
package struct ExclusiveLock: ~Copyable {
    private let descriptor: FileDescriptor

    /// Waits until no other process holds the lock on this directory.
    package init(directory path: String) throws(SystemError) {
        let opened = try FileDescriptor.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
        let number = opened.number
        try retrying { flock(number, LOCK_EX) }
        descriptor = opened
    }

    /// Runs `body` while the lock is held.
    package borrowing func held<Value>(_ body: () throws -> Value) rethrows -> Value { try body() }
}
