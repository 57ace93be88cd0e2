import Glibc

/// Why one system call failed.
package struct SystemError: Error, Hashable, Sendable {
    /// An `errno`.
    package let number: Int32

    package init(number: Int32) { self.number = number }

    package static let noSuchFile = SystemError(number: ENOENT)

    /// The error of the call that this thread just made.
    package static var last: SystemError { SystemError(number: errno) }

    /// Whether there is already what should be made.
    package var isExisting: Bool { number == EEXIST }

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
