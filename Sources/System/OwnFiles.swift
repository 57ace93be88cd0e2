import CSystem
import Glibc
import Synchronization

/// The files that a session needs for itself: its client's streams, the locks of its reservations,
/// and all files of the state directory except those in `tmp`. Reading a stream would take requests
/// from the session; opening and closing a lock file would release the lock.
///
/// Other regular files that the process has open do not count: another thread may use one for a
/// command of the same client.
package enum OwnFiles {
    private static let streams = Mutex<Set<FileIdentity>>([])

    /// Adds one of the client's streams, which may be a file.
    static func addStream(_ stream: borrowing FileDescriptor) throws(SystemError) {
        let identity = try stream.status().identity
        streams.withLock { _ = $0.insert(identity) }
    }

    /// Whether a descriptor is one of the client's streams, or a duplicate.
    static func isStream(_ number: Int32) -> Bool {
        var status = stat()
        guard fstat(number, &status) == 0 else { return false }
        // Major number 1: memory devices such as `/dev/null`.
        if status.st_mode & S_IFMT == S_IFCHR, status.st_rdev >> 8 == 1 { return false }
        let file = FileIdentity(device: UInt64(status.st_dev), number: UInt64(status.st_ino))
        return streams.withLock { $0.contains(file) }
    }

    /// Why a client's command must not use a path; `nil` if it may. Whatever the name is:
    /// `/dev/fd/10`, `/proc/PID/fd/7` of this or of another process that has the same pipe, a link.
    /// `/dev/null` and its like do not count, and neither do open directories.
    package static func objection(to path: String) -> String? {
        objection(to: path) { (file) throws(SystemError) in try contain(file) }
    }

    /// As above, for the place of a medium or disk, which the program itself may have made and
    /// still have open: of the open files, only the locks count.
    package static func objection(toPlace path: String) -> String? {
        objection(to: path) { (file) throws(SystemError) in
            LockedFiles.contain(try file.status().identity)
        }
    }

    private static func objection(
        to path: String,
        _ isOpen: (_ file: borrowing FileDescriptor) throws(SystemError) -> Bool
    ) -> String? {
        do throws(SystemError) {
            return try objection(to: FileDescriptor.identifying(path), path, isOpen)
        } catch {
            // It does not exist, but it must not be created either.
            return isOfState(realPath(parentDirectory(of: path))) ? isInState(path) : nil
        }
    }

    fileprivate static func objection(
        to file: borrowing FileDescriptor, _ path: String,
        _ isOpen: (_ file: borrowing FileDescriptor) throws(SystemError) -> Bool = {
            (file) throws(SystemError) in try contain(file)
        }
    ) throws(SystemError) -> String? {
        if try isOpen(file) {
            return "cannot use '\(path)': the session itself has this file open"
        }
        // The name that the kernel has for the file.
        return isOfState(try linkTarget("/proc/self/fd/\(file.number)")) ? isInState(path) : nil
    }

    private static func isInState(_ path: String) -> String {
        "cannot use '\(path)': it is in the state directory of this program"
    }

    private static func isOfState(_ path: String?) -> Bool {
        let state = StateDirectory.standard
        guard let path, let directory = realPath(state.path) else { return false }
        // Sessions keep uploads in `tmp` if there is no other place.
        return (path + "/").hasPrefix(directory + "/") && !path.hasPrefix(directory + "/tmp/")
    }

    private static func contain(_ file: borrowing FileDescriptor) throws(SystemError) -> Bool {
        var wanted = stat()
        try check(fstat(file.number, &wanted))
        // Major number 1: memory devices, which have no state.
        let isMemory = wanted.st_mode & S_IFMT == S_IFCHR && wanted.st_rdev >> 8 == 1
        guard !isMemory, wanted.st_mode & S_IFMT != S_IFDIR else { return false }
        let status = try file.status()
        if status.kind == .regular {
            return LockedFiles.contain(status.identity)
                || streams.withLock { $0.contains(status.identity) }
        }
        for name in try Directory.names(in: "/proc/self/fd") {
            guard let number = Int32(name), number != file.number else { continue }
            var open = stat()
            // The descriptor of the listing itself is closed by now.
            guard fstat(number, &open) == 0 else { continue }
            if open.st_dev == wanted.st_dev, open.st_ino == wanted.st_ino { return true }
        }
        return false
    }
}

extension FileDescriptor {
    /// Finds a file without opening it for reading: closing the descriptor does not release a
    /// lock. C: `open` with `O_PATH`.
    fileprivate static func identifying(_ path: String) throws(SystemError) -> FileDescriptor {
        FileDescriptor(owning: try retrying { atex_open_path(path) })
    }

    /// Opens a file for reading by a path that a client named; `nil` if `OwnFiles` objects.
    package static func reading(foreign path: String) throws(SystemError) -> FileDescriptor? {
        try opening(foreign: path, O_RDONLY)
    }

    /// As above, for writing; empties the file, which must exist.
    package static func replacing(foreign path: String) throws(SystemError) -> FileDescriptor? {
        try opening(foreign: path, O_WRONLY | O_TRUNC)
    }

    /// C: `open` of `/proc/self/fd/N`.
    private static func opening(
        foreign path: String, _ flags: Int32
    ) throws(SystemError) -> FileDescriptor? {
        let file = try identifying(path)
        guard try OwnFiles.objection(to: file, path) == nil else { return nil }
        // The file that was examined, even if the path leads elsewhere by now.
        return try open("/proc/self/fd/\(file.number)", flags)
    }
}
