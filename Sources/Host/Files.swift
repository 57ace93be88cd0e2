import CHost
import Glibc

/// Why one system call failed.
package struct SystemError: Error, Hashable, Sendable {
    /// An `errno`.
    package let number: Int32

    package init(number: Int32) { self.number = number }

    package static let noSuchFile = SystemError(number: ENOENT)
    package static let isDirectory = SystemError(number: EISDIR)
    package static let exists = SystemError(number: EEXIST)

    /// The error of the call that this thread just made.
    package static var last: SystemError { SystemError(number: errno) }

    /// What callers tell apart.
    package enum Condition: Sendable { case noSpace, notFound, exists, denied, other }

    package var condition: Condition {
        switch number {
        case ENOSPC, EDQUOT, EFBIG: .noSpace
        case ENOENT: .notFound
        case EEXIST: .exists
        case EACCES, EPERM: .denied
        default: .other
        }
    }

    /// Whether a path leads through what is no directory.
    package var isNoDirectory: Bool { number == ENOTDIR }

    /// Whether there is already what should be made.
    package var isExisting: Bool { number == EEXIST }

    /// Whether this user or process has as many of something open as it may.
    package var isTooMany: Bool { number == EMFILE }

    /// The system's words, e.g. `No such file or directory`.
    package var message: String { String(cString: strerror(number)) }
}

/// The bytes of a file, all of them; `EOVERFLOW` where there are more than `limit`.
package func contents(of path: String, limit: Int) throws(SystemError) -> [UInt8] {
    try OpenFile.reading(path).contents(limit: limit)
}

/// The process's working directory, e.g. `/root`; `.` where it is gone. C: `getcwd`.
package func currentDirectory() -> String {
    guard let path = getcwd(nil, 0) else { return "." }
    defer { free(path) }
    return String(cString: path)
}

/// Whether a path names a block device. C: `stat`.
package func isBlockDevice(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFBLK
}

/// Whether there is something under a path; links are followed. C: `stat`.
package func pathExists(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0
}

/// Whether a path names a directory; links are followed. C: `stat`.
package func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}

/// Where a path leads in the end, through all links; `nil` where it leads to nothing.
/// C: `realpath`.
package func realPath(_ path: String) -> String? {
    guard let target = realpath(path, nil) else { return nil }
    defer { free(target) }
    return String(cString: target)
}

/// Whether we may make files in a directory. C: `access`.
package func isWritable(_ path: String) -> Bool { access(path, W_OK) == 0 }

/// Removes a file; that there is none is no error. C: `unlink`.
package func removeFile(_ path: String) throws(SystemError) {
    guard unlink(path) == 0 || errno == ENOENT else { throw .last }
}

/// Waits. C: `usleep`.
package func pause(milliseconds: UInt32) { usleep(milliseconds * 1000) }

/// The last bytes of a regular file, at most `length` of them. Neither a link nor anything that
/// could make us wait is opened. C: `open`, `fstat`, `pread`.
package func endOfFile(_ path: String, length: Int) throws(SystemError) -> [UInt8] {
    let file = try File(
        adopting: atex_open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0))
    let attributes = try file.attributes()
    guard attributes.isRegular else { throw SystemError(number: EINVAL) }
    var bytes = [UInt8](repeating: 0, count: length)
    let start = max(0, attributes.size - Int64(length))
    let count = pread(file.descriptor, &bytes, length, off_t(start))
    guard count >= 0 else { throw .last }
    return Array(bytes[..<count])
}
