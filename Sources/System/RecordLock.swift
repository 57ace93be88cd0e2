import CSystem
import Glibc

/// A POSIX record lock on a whole file, for writing, which this process holds until the value is
/// destroyed.
///
/// The lock belongs to the process: the kernel drops it when the process closes *any* descriptor
/// of the file, so no other code may open a file that is locked. C: `fcntl` with `F_SETLK`.
package struct RecordLock: ~Copyable {
    private let descriptor: FileDescriptor

    private init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }

    /// Locks a file, which is created if it is missing; `nil` if another process holds the lock.
    package static func acquire(_ path: String) throws(SystemError) -> RecordLock? {
        // fcntl(2): F_WRLCK needs a descriptor that is open for writing.
        let descriptor = try FileDescriptor.open(
            path, O_WRONLY | O_CREAT | O_NOFOLLOW, mode: StateDirectory.fileMode)
        // The Python helper may have made the file. A lock on a file of another user, which cannot
        // be changed, is still a lock.
        do throws(SystemError) { try descriptor.makePrivate(mode: StateDirectory.fileMode) } catch {
            guard error.number == EPERM || error.number == EROFS else { throw error }
        }
        do throws(SystemError) { try lock(descriptor) } catch {
            // POSIX allows either number for a lock that is held.
            guard error.number == EAGAIN || error.number == EACCES else { throw error }
            return nil
        }
        return RecordLock(descriptor)
    }

    /// Creates a file that only this user can read, locks it, writes `bytes` to it, and gives it
    /// its name in one step: other processes see a complete and locked file. C: `rename`.
    package static func publish(_ bytes: [UInt8], as path: String) throws(SystemError) -> RecordLock
    {
        let temporary = path + ".new"
        let descriptor = try FileDescriptor.open(
            temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode: 0o600)
        do throws(SystemError) {
            try lock(descriptor)
            try descriptor.write(bytes)
            try check(rename(temporary, path))
        } catch {
            unlink(temporary)
            throw error
        }
        return RecordLock(descriptor)
    }

    /// The contents of a file that `process` holds locked; `nil` if it does not. As with `holder`,
    /// never ask for a file of this process.
    package static func contents(
        of path: String, lockedBy process: Int32, limit: Int
    ) throws(SystemError) -> [UInt8]? {
        do throws(SystemError) {
            // While the holder replaces the file, the one that was opened may be the old one, which
            // is not locked any more.
            for _ in 1...5 {
                let descriptor = try FileDescriptor.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
                guard try holder(descriptor) == process else { continue }
                return try descriptor.contents(limit: limit)
            }
        } catch {
            guard error == .noSuchFile else { throw error }
        }
        return nil
    }

    private static func lock(_ descriptor: borrowing FileDescriptor) throws(SystemError) {
        var lock = wholeFile()
        try check(atex_record_lock(descriptor.number, F_SETLK, &lock))
    }

    /// The process that holds a lock on the file; `nil` if none does, or if there is no file.
    /// Never ask for a file whose lock this process holds: closing the descriptor would drop it.
    /// Asking does not wake processes that wait for a writer to close the file.
    /// C: `fcntl` with `F_GETLK`.
    package static func holder(_ path: String) throws(SystemError) -> Int32? {
        do throws(SystemError) {
            // F_GETLK needs no write access, and closing a writable descriptor would raise
            // IN_CLOSE_WRITE.
            return try holder(
                FileDescriptor.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK))
        } catch {
            guard error == .noSuchFile else { throw error }
            return nil
        }
    }

    private static func holder(
        _ descriptor: borrowing FileDescriptor
    ) throws(SystemError) -> Int32? {
        var lock = wholeFile()
        try check(atex_record_lock(descriptor.number, F_GETLK, &lock))
        return lock.l_type == Int16(F_UNLCK) ? nil : lock.l_pid
    }
}

private func wholeFile() -> flock {
    // `l_start` and `l_len` stay 0: from the start to the end, however long the file gets.
    var lock = flock()
    lock.l_type = Int16(F_WRLCK)
    lock.l_whence = Int16(SEEK_SET)
    return lock
}
