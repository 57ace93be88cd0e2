import CSystem
import Glibc

/// A lock on one byte of a file, until the value is destroyed. The byte stands for something that
/// has no lock file of its own; the file need not have that many bytes.
///
/// Unlike a `RecordLock` it belongs to its descriptor, so other code may open the file.
/// C: `fcntl` with `F_OFD_SETLK`.
package final class ByteLock {
    private let descriptor: FileDescriptor

    /// A shared lock excludes exclusive ones, and an exclusive lock all others.
    package enum Mode: Sendable { case shared, exclusive }

    /// Locks a byte of a file, which is created if it is missing; `nil` if another lock excludes
    /// it.
    package init?(_ path: String, at byte: UInt64, _ mode: Mode) throws(SystemError) {
        let descriptor = try FileDescriptor.open(
            path, O_RDWR | O_CREAT | O_NOFOLLOW, mode: StateDirectory.fileMode)
        var lock = Self.lock(byte, mode)
        do throws(SystemError) {
            try check(atex_record_lock(descriptor.number, atex_set_lock_of_descriptor, &lock))
        } catch {
            guard error.number == EAGAIN || error.number == EACCES else { throw error }
            return nil
        }
        self.descriptor = descriptor
    }

    /// Whether a lock that another descriptor has excludes one of this mode.
    package static func isExcluded(
        _ path: String, at byte: UInt64, _ mode: Mode
    ) throws(SystemError) -> Bool {
        do throws(SystemError) {
            let descriptor = try FileDescriptor.open(path, O_RDONLY | O_NOFOLLOW)
            var lock = lock(byte, mode)
            try check(atex_record_lock(descriptor.number, atex_get_lock_of_descriptor, &lock))
            return lock.l_type != Int16(F_UNLCK)
        } catch {
            guard error == .noSuchFile else { throw error }
            return false
        }
    }

    private static func lock(_ byte: UInt64, _ mode: Mode) -> flock {
        var lock = flock()
        lock.l_type = Int16(mode == .shared ? F_RDLCK : F_WRLCK)
        lock.l_whence = Int16(SEEK_SET)
        // The end of the range must fit, too.
        lock.l_start = off_t(byte % UInt64(Int64.max - 1))
        lock.l_len = 1
        return lock
    }
}
