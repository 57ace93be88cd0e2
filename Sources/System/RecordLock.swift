import CSystem
import Glibc

/// A POSIX record lock on a whole file, for writing, which this process holds until the value is
/// destroyed.
///
/// The lock belongs to the process: the kernel drops it when the process closes *any* descriptor
/// of the file, so no other code may open a file that is locked (`LockedFiles`).
/// C: `fcntl` with `F_SETLK`.
package struct RecordLock: ~Copyable {
    private let descriptor: FileDescriptor
    private let identity: FileIdentity

    private init(_ descriptor: consuming FileDescriptor, _ identity: FileIdentity) {
        self.descriptor = descriptor
        self.identity = identity
        LockedFiles.add(identity)
    }

    deinit { LockedFiles.remove(identity) }

    /// Whether the locked file still has this name: another file may have it by now, or none.
    /// C: `lstat`.
    package func isAt(_ path: String) -> Bool { FileIdentity(path) == identity }

    /// Locks a file, which is created if it is missing; `nil` if another process holds the lock.
    /// Anything but a regular file is an error.
    package static func acquire(_ path: String) throws(SystemError) -> RecordLock? {
        // fcntl(2): F_WRLCK needs a descriptor that is open for writing. O_NONBLOCK: opening a FIFO
        // would wait for a reader.
        let descriptor = try FileDescriptor.open(
            path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY,
            mode: StateDirectory.fileMode)
        let status = try descriptor.status()
        guard status.kind == .regular else { throw SystemError(number: EINVAL) }
        // The Python helper may have made the file. A lock on a file of another user, which cannot
        // be changed, is still a lock.
        do throws(SystemError) {
            try descriptor.makePrivate(status, mode: StateDirectory.fileMode)
        } catch {
            guard error.number == EPERM || error.number == EROFS else { throw error }
        }
        do throws(SystemError) { try lock(descriptor) } catch {
            // POSIX allows either number for a lock that is held.
            guard error.number == EAGAIN || error.number == EACCES else { throw error }
            return nil
        }
        return RecordLock(descriptor, status.identity)
    }

    /// Creates a file that only this user can read, locks it, writes `bytes` to it, and gives it
    /// its name in one step: other processes see a complete and locked file. C: `rename`.
    package static func publish(_ bytes: [UInt8], as path: String) throws(SystemError) -> RecordLock
    {
        let temporary = path + ".new"
        let descriptor = try creating(temporary)
        let identity: FileIdentity
        do throws(SystemError) {
            identity = try descriptor.status().identity
            try lock(descriptor)
            try descriptor.write(bytes)
            if rename(temporary, path) != 0 {
                // A directory cannot be replaced. The name is ours, so nothing of value is in it.
                guard errno == EISDIR else { throw .last }
                Directory.removeTree(path)
                try check(rename(temporary, path))
            }
        } catch {
            unlink(temporary)
            throw error
        }
        return RecordLock(descriptor, identity)
    }

    /// Replaces the contents of the file, without giving it another name. `old` is what it contains
    /// now; the rest of longer contents becomes blanks. One call writes all, but other processes
    /// may see a part of it: see `contents`.
    ///
    /// Not by `rename`: to replace a file, ext4 waits for the disk. C: `pwrite`.
    package borrowing func rewrite(_ bytes: inout [UInt8], old: Int) throws(SystemError) {
        if bytes.count < old {
            bytes += [UInt8](repeating: UInt8(ascii: " "), count: old - bytes.count)
        }
        try descriptor.write(bytes[...], at: 0)
    }

    /// A new file in the place of whatever a killed process left there.
    private static func creating(_ path: String) throws(SystemError) -> FileDescriptor {
        do throws(SystemError) { return try FileDescriptor.creating(path, mode: 0o600) } catch {
            guard error.isExisting else { throw error }
            Directory.removeTree(path)
            return try FileDescriptor.creating(path, mode: 0o600)
        }
    }

    /// The contents of a file that `process` holds locked; `nil` if it does not. As with `holder`,
    /// never ask for a file of this process.
    package static func contents(
        of path: String, lockedBy process: Int32, limit: Int
    ) throws(SystemError) -> [UInt8]? {
        do throws(SystemError) {
            // While the holder replaces the file, the one that was opened may be the old one, which
            // is not locked any more. While it writes, a part of the contents may be old: contents
            // that are the same a second time are complete.
            for _ in 1...20 {
                let descriptor = try FileDescriptor.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
                guard try holder(descriptor) == process else { continue }
                let bytes = try descriptor.contents(limit: limit)
                if try descriptor.bytes(at: 0, atMost: bytes.count + 1) == bytes { return bytes }
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

    /// The process that holds a lock on the file; `nil` if none does, or if the file does not exist.
    /// Throws if it is not a regular file, and `EBUSY` if this process holds the lock.
    /// Asking does not wake processes that wait for a writer to close the file.
    /// C: `fcntl` with `F_GETLK`.
    package static func holder(_ path: String) throws(SystemError) -> Int32? {
        do throws(SystemError) {
            // F_GETLK needs no write access, and closing a writable descriptor would raise
            // IN_CLOSE_WRITE.
            let descriptor = try FileDescriptor.open(
                path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)
            if let process = try holder(descriptor) { return process }
            // Nobody can lock such a thing by `acquire`.
            guard try descriptor.status().kind == .regular else {
                throw SystemError(number: EINVAL)
            }
            return nil
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
