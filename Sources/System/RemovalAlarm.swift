import CSystem
import Glibc

/// Sends this process a signal when a file of a directory is removed or renamed, and with
/// `creations` also when one is created, until the object is released. It does not use an inotify
/// instance, of which a user has few. C: `fcntl` with `F_NOTIFY`.
package final class RemovalAlarm: Sendable {
    private let directory: FileDescriptor

    /// The signal; processes that do not expect it ignore it. C: `SIGURG`.
    package static let signal = SIGURG

    package init(_ path: String, creations: Bool = false) throws(SystemError) {
        directory = try FileDescriptor.open(path, O_RDONLY | O_DIRECTORY)
        try check(atex_signal_changes(directory.number, Self.signal, creations ? 1 : 0))
    }
}
