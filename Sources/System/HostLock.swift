import Glibc

/// A lock that one process of the host holds at a time; others wait for it, but not forever. The
/// kernel drops it when the process ends. A holder may enter again. For one thread only. C:
/// `flock`.
package final class HostLock {
    private let path: String
    private var held: FileBox?
    private var depth = 0

    /// A file in a class, because an optional noncopyable value of a class cannot be used.
    private final class FileBox {
        let descriptor: FileDescriptor
        init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }
    }

    package var isHeld: Bool { held != nil }

    /// The file is created when it is first needed, and never removed: one process could then lock
    /// the old file, and another a new one of the same name.
    package init(_ path: String) { self.path = path }

    /// Waits until no other process holds the lock; returns false if one still does after `limit`.
    /// Never call it in a critical section: the process could not end while it waits.
    package func enter(within limit: Duration) throws(SystemError) -> Bool {
        if held == nil {
            let file = try FileDescriptor.open(
                path, O_RDWR | O_CREAT | O_NOFOLLOW, mode: StateDirectory.fileMode)
            guard try acquire(file, until: .now + limit) else { return false }
            held = FileBox(file)
        }
        depth += 1
        return true
    }

    /// Polls, because `flock` has no time limit, and a signal would not interrupt only this thread.
    private func acquire(
        _ file: borrowing FileDescriptor, until end: ContinuousClock.Instant
    ) throws(SystemError) -> Bool {
        let number = file.number
        var interval: UInt32 = 1
        while true {
            do throws(SystemError) {
                try retrying { flock(number, LOCK_EX | LOCK_NB) }
                return true
            } catch {
                guard error.number == EWOULDBLOCK else { throw error }
            }
            guard ContinuousClock.now < end else { return false }
            try pauseOrCancel(milliseconds: interval)
            interval = min(interval * 2, 32)
        }
    }

    /// Ends what the matching `enter` began.
    package func leave() {
        depth -= 1
        if depth == 0 { held = nil }
    }
}
