import Glibc

/// Why one system call failed.
package struct SystemError: Error, Hashable, Sendable {
    /// An `errno`.
    package let number: Int32

    package init(number: Int32) { self.number = number }

    package static let noSuchFile = SystemError(number: ENOENT)
    package static let tooManyOpen = SystemError(number: EMFILE)
    package static let isDirectory = SystemError(number: EISDIR)
    package static let noDevice = SystemError(number: ENODEV)
    package static let exists = SystemError(number: EEXIST)
    package static let noSuchProcess = SystemError(number: ESRCH)
    /// Another process does not follow the protocol. C: `EPROTO`.
    package static let unexpected = SystemError(number: EPROTO)
    /// C: `EAGAIN`.
    package static let wouldBlock = SystemError(number: EAGAIN)
    package static let timedOut = SystemError(number: ETIMEDOUT)
    /// A file has more bytes than its reader takes. C: `EOVERFLOW`.
    package static let tooLong = SystemError(number: EOVERFLOW)
    /// A file would have more bytes than its readers take. C: `EFBIG`.
    package static let tooLarge = SystemError(number: EFBIG)

    /// The error of the call that this thread made last.
    package static var last: SystemError { SystemError(number: errno) }

    /// The classes of errors that callers handle differently.
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

    /// Whether a component of a path is not a directory. C: `ENOTDIR`.
    package var isNotDirectory: Bool { number == ENOTDIR }
    /// Whether the file to create exists already. C: `EEXIST`.
    package var isExisting: Bool { number == EEXIST }
    /// Whether this process has locked the file; see `LockedFiles`. C: `EBUSY`.
    package var isOwnLock: Bool { number == EBUSY }
    /// Whether no file of the file system can have that size. C: `EFBIG`.
    package var isTooLarge: Bool { number == EFBIG }
    /// Whether the user has no inotify instance or watch left, or the process no descriptor.
    /// C: `EMFILE`, `ENOSPC` of `inotify_init` and `inotify_add_watch`.
    var isWatchLimit: Bool { number == EMFILE || number == ENOSPC }

    /// Whether the error is about what one name in a directory stands for, so that other names of
    /// the directory may be usable: a directory, a link, a FIFO, a file that may not be opened or
    /// is too long.
    package var concernsOneFile: Bool {
        [EISDIR, ELOOP, ENXIO, EINVAL, ENODEV, EACCES, EPERM, EBUSY, EOVERFLOW].contains(number)
    }

    /// The system's own message, e.g. `No such file or directory`. C: `strerror`.
    package var message: String { String(cString: strerror(number)) }
}

/// Makes a system call that returns a negative number on failure, and repeats it while a signal
/// interrupts it. Only calls that wait with a timeout, or that do not block, handle `EINTR`
/// elsewhere: they return to a loop that looks at the clock or at all descriptors again.
@discardableResult
func retrying<Value: SignedInteger>(_ call: () -> Value) throws(SystemError) -> Value {
    while true {
        let value = call()
        if value >= 0 { return value }
        guard errno == EINTR else { throw .last }
    }
}

/// As `retrying`, for a call that a signal cannot interrupt.
@discardableResult
func check<Value: SignedInteger>(_ call: @autoclosure () -> Value) throws(SystemError) -> Value {
    let value = call()
    guard value >= 0 else { throw .last }
    return value
}
