import CSystem
import Glibc
import Synchronization

/// A POSIX record lock on a whole file, for writing, which this process holds until the value is
/// destroyed.
///
/// The lock belongs to the process: the kernel drops it when the process closes *any* descriptor
/// of the file, so no other code may open a file that is locked (`LockedFiles`).
/// C: `fcntl` with `F_SETLK`.
package struct RecordLock: ~Copyable {
    /// Of the locked file.
    private let number: Int32
    private let identity: FileIdentity

    /// Held while a file is open that is not locked yet or any more: if another thread locked the
    /// same file meanwhile, closing this descriptor would drop its lock.
    private static let opening = Mutex(())

    private init(_ descriptor: consuming FileDescriptor, _ identity: FileIdentity) {
        number = descriptor.released()
        self.identity = identity
        LockedFiles.add(identity)
    }

    deinit {
        let (number, identity) = (number, identity)
        Self.opening.withLock { _ in
            LockedFiles.remove(identity)
            close(number)
        }
    }

    /// Whether the locked file still has this name: another file may have it by now, or none.
    /// C: `lstat`.
    package func isAt(_ path: String) -> Bool { FileIdentity(path) == identity }

    /// Locks a file, which is created if it is missing; `nil` if another process holds the lock.
    /// Anything but a regular file is an error.
    package static func acquire(_ path: String) throws(SystemError) -> RecordLock? {
        try opening.withLock { _ throws(SystemError) in try acquireAlone(path) }
    }

    private static func acquireAlone(_ path: String) throws(SystemError) -> RecordLock? {
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
        guard try tryLock(descriptor.number, wholeFile()) else { return nil }
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
        let (number, count) = (number, bytes.count)
        let written = try retrying { pwrite(number, bytes, count, 0) }
        // Less is written only if the disk is full.
        guard written == count else { throw SystemError(number: ENOSPC) }
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
        try opening.withLock { _ throws(SystemError) in
            try contentsAlone(of: path, lockedBy: process, limit: limit)
        }
    }

    private static func contentsAlone(
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

    /// Returns false if another process holds a part of the range.
    private static func tryLock(_ number: Int32, _ range: flock) throws(SystemError) -> Bool {
        var range = range
        do throws(SystemError) { try check(atex_record_lock(number, F_SETLK, &range)) } catch {
            // POSIX allows either number for a lock that is held.
            guard error.number == EAGAIN || error.number == EACCES else { throw error }
            return false
        }
        return true
    }

    // MARK: Handing over

    // The kernel cannot pass a lock on, so the old holder gives it up in two parts: it keeps the
    // first byte until the new one has locked the rest. At no moment can a third process, which
    // locks the whole file, get it. Both have the same open file.

    /// Unlocks all but the first byte, so that another process can `adopt` the file.
    package borrowing func keepFirstByte() throws(SystemError) {
        var rest = Self.afterFirstByte()
        rest.l_type = Int16(F_UNLCK)
        try check(atex_record_lock(number, F_SETLK, &rest))
    }

    /// Locks all but the first byte of a file that another process has passed, and whose first
    /// byte it keeps; `nil` if a process holds a lock on the rest. The value does not hold the
    /// whole lock before `complete`.
    package static func adopt(
        _ file: PassedFile
    ) throws(SystemError) -> RecordLock? {
        // The lock and its entry in `LockedFiles` at once: another thread might open the file.
        try opening.withLock { _ throws(SystemError) in
            guard let descriptor = file.take() else { return nil }
            return try adoptAlone(descriptor)
        }
    }

    private static func adoptAlone(
        _ descriptor: consuming FileDescriptor
    ) throws(SystemError) -> RecordLock? {
        let status = try descriptor.status()
        guard status.kind == .regular else { throw SystemError(number: EINVAL) }
        guard try tryLock(descriptor.number, afterFirstByte()) else { return nil }
        return RecordLock(descriptor, status.identity)
    }

    /// Gives the lock up, for the process that has adopted the rest.
    package borrowing func unlock() {
        var lock = wholeFile()
        lock.l_type = Int16(F_UNLCK)
        // Cannot fail: less is locked afterwards.
        _ = atex_record_lock(number, F_SETLK, &lock)
    }

    /// Locks the whole file again; returns false if another process still, or already, holds a
    /// part.
    package borrowing func complete() throws(SystemError) -> Bool {
        try Self.tryLock(number, wholeFile())
    }

    /// The descriptor of the file, for `LocalSocket.send`.
    package var descriptorNumber: Int32 { number }

    private static func afterFirstByte() -> flock {
        var lock = wholeFile()
        lock.l_start = 1
        return lock
    }

    /// The process that holds a lock on the file; `nil` if none does, or if the file does not
    /// exist. Throws if it is not a regular file, and `EBUSY` if this process holds the lock.
    /// Asking does not wake processes that wait for a writer to close the file.
    /// C: `fcntl` with `F_GETLK`.
    package static func holder(_ path: String) throws(SystemError) -> Int32? {
        try opening.withLock { _ throws(SystemError) in try holderAlone(path) }
    }

    private static func holderAlone(_ path: String) throws(SystemError) -> Int32? {
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

/// A lock for writing on a whole file.
func wholeFile() -> flock {
    // `l_start` and `l_len` stay 0: from the start to the end, however long the file gets.
    var lock = flock()
    lock.l_type = Int16(F_WRLCK)
    lock.l_whence = Int16(SEEK_SET)
    return lock
}
