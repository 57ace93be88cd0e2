import CHost
import Glibc

/// Why one system call failed.
package struct SystemError: Error, Hashable, Sendable {
    /// An `errno`.
    package let number: Int32

    package init(number: Int32) { self.number = number }

    /// The error of the call that this thread just made.
    package static var last: SystemError { SystemError(number: errno) }

    /// What callers tell apart.
    package enum Condition: Sendable { case noSpace, notFound, exists, other }

    package var condition: Condition {
        switch number {
        case ENOSPC, EDQUOT, EFBIG: .noSpace
        case ENOENT: .notFound
        case EEXIST: .exists
        default: .other
        }
    }

    /// The system's words, e.g. `No such file or directory`.
    package var message: String { String(cString: strerror(number)) }
}

/// The bytes of a file, all of them; `EOVERFLOW` where there are more than `limit`.
package func contents(of path: String, limit: Int) throws(SystemError) -> [UInt8] {
    let descriptor = atex_open(path, O_RDONLY | O_CLOEXEC, 0)
    guard descriptor >= 0 else { throw .last }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = read(descriptor, &chunk, chunk.count)
        if count < 0 {
            if errno == EINTR { continue }
            throw .last
        }
        if count == 0 { return bytes }
        guard bytes.count + count <= limit else { throw SystemError(number: EOVERFLOW) }
        bytes += chunk[..<count]
    }
}

/// Removes a file; that there is none is no error. C: `unlink`.
package func removeFile(_ path: String) throws(SystemError) {
    guard unlink(path) == 0 || errno == ENOENT else { throw .last }
}

/// Waits. C: `usleep`.
package func pause(milliseconds: UInt32) { usleep(milliseconds * 1000) }
