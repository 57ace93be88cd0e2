import Glibc

/// A lock that one process of the host holds at a time; others wait for it. The kernel drops it when
/// the process ends. A holder may enter again. For one thread only. C: `flock`.
package final class HostLock {
    private let path: String
    private var held: FileBox?
    private var depth = 0

    /// A file in a class, because an optional noncopyable value of a class cannot be used.
    private final class FileBox {
        let descriptor: FileDescriptor
        init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }
    }

    /// The file is created when it is first needed, and never removed: one process could then lock
    /// the old file, and another a new one of the same name.
    package init(_ path: String) { self.path = path }

    /// Waits until no other process holds the lock. Never call it in a critical section, whose end
    /// the end of the process would wait for.
    package func enter() throws(SystemError) {
        if held == nil {
            let file = try FileDescriptor.open(
                path, O_RDWR | O_CREAT | O_NOFOLLOW, mode: StateDirectory.fileMode)
            let number = file.number
            try retrying { flock(number, LOCK_EX) }
            held = FileBox(file)
        }
        depth += 1
    }

    /// Ends what the matching `enter` began.
    package func leave() {
        depth -= 1
        if depth == 0 { held = nil }
    }
}
