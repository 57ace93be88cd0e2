import CHost
import Glibc

/// A POSIX record lock on a whole file, for writing, held by this process until the value goes.
///
/// The lock belongs to the process: it is lost when *any* descriptor of the file is closed in it,
/// so nobody may open the file meanwhile. C: `fcntl` with `F_SETLK`.
package struct RecordLock: ~Copyable {
    private let descriptor: Int32

    /// Takes the lock, making the file where there is none; `nil` where another process holds it.
    package init?(path: String) throws(SystemError) {
        let descriptor = atex_open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o666)
        guard descriptor >= 0 else { throw .last }
        var lock = wholeFile()
        guard atex_record_lock(descriptor, F_SETLK, &lock) == 0 else {
            let error = SystemError.last
            close(descriptor)
            if error.number == EAGAIN || error.number == EACCES { return nil }
            throw error
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// The process that holds a lock on the file; `nil` where none does, or there is no file.
    /// Must not be asked of a file whose lock this process holds: that would lose it. Who waits for
    /// the file to be closed by a writer is not woken. C: `fcntl` with `F_GETLK`.
    package static func holder(path: String) throws(SystemError) -> Int32? {
        let descriptor = atex_open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw .last
        }
        defer { close(descriptor) }
        var lock = wholeFile()
        guard atex_record_lock(descriptor, F_GETLK, &lock) == 0 else { throw .last }
        return lock.l_type == Int16(F_UNLCK) ? nil : lock.l_pid
    }
}

private func wholeFile() -> flock {
    var lock = flock()
    lock.l_type = Int16(F_WRLCK)
    lock.l_whence = Int16(SEEK_SET)
    return lock
}
