import CSystem
import Glibc

/// A small file that tells others of something in this process, e.g. of a request that waits, as
/// long as the object exists. It is locked, so a file without a lock was left by a process that was
/// killed.
///
/// Unlike a `RecordLock` the lock belongs to its descriptor, so other code may open the file.
/// C: `fcntl` with `F_OFD_SETLK`.
package final class PresenceFile: Sendable {
    package let path: String
    private let descriptor: FileDescriptor
    private let identity: FileIdentity

    /// The most bytes that a file has. One that cannot be read counts for nothing.
    package static let sizeLimit = 1 << 20

    /// Creates the file with mode 0600. It gets its name in one step: others see it complete and
    /// locked. `EFBIG` if it would be too long for others. C: `rename`.
    package init(_ bytes: [UInt8], as path: String) throws(SystemError) {
        guard bytes.count <= Self.sizeLimit else { throw .tooLarge }
        self.path = path
        let temporary = path + Self.temporarySuffix
        unlink(temporary)
        descriptor = try FileDescriptor.creating(temporary, mode: StateDirectory.fileMode)
        identity = try descriptor.status().identity
        do throws(SystemError) {
            var lock = wholeFile()
            try check(atex_record_lock(descriptor.number, atex_set_lock_of_descriptor, &lock))
            try descriptor.write(bytes)
            try check(rename(temporary, path))
        } catch {
            unlink(temporary)
            throw error
        }
    }

    deinit {
        // Before the lock is dropped: others look at the name first.
        if isPresent { unlink(path) }
    }

    /// Ends the names of files that are not complete yet.
    package static let temporarySuffix = ".new"

    /// Whether the file still has its name: others may have removed it.
    package var isPresent: Bool { FileIdentity(path) == identity }

    /// Makes an event for those who watch a file of this kind, or its directory, without a change
    /// of it. The lock stays: it belongs to another descriptor. C: `open`, `close`.
    package static func notifyWatchers(of path: String) {
        do throws(SystemError) {
            _ = try FileDescriptor.open(path, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)
        } catch {
            // Its process has just ended.
        }
    }

    /// What others see of a file.
    package enum State: Sendable {
        /// No file has this name.
        case missing
        /// Its process has ended.
        case abandoned
        /// Its contents, or `nil` if they were not asked for.
        case present([UInt8]?)
    }

    /// `EINVAL` for anything but a regular file, `EPERM` for one of another user, `EOVERFLOW` for
    /// one that is too long.
    package static func state(of path: String, reading: Bool) throws(SystemError) -> State {
        do throws(SystemError) {
            let file = try FileDescriptor.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)
            let status = try file.status()
            guard status.kind == .regular else { throw SystemError(number: EINVAL) }
            guard status.ownerID == ProcessInformation.userID else {
                throw SystemError(number: EPERM)
            }
            var lock = wholeFile()
            try check(atex_record_lock(file.number, atex_get_lock_of_descriptor, &lock))
            guard lock.l_type != Int16(F_UNLCK) else { return .abandoned }
            return .present(reading ? try file.contents(limit: sizeLimit) : nil)
        } catch {
            guard error == .noSuchFile else { throw error }
            return .missing
        }
    }
}
