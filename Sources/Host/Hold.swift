import CHost
import Glibc

/// Keeps a file or directory for as long as this process needs it: whoever looks for what ended
/// processes left finds it held. A hold ends with its process, however that ends. C: `flock`.
package final class Hold: Sendable {
    private let descriptor: Int32

    /// Takes hold of what was just made; `nil` where somebody removed it in that moment, taking it
    /// for left. C: `open`, `flock`, `fstat`.
    package init?(_ path: String) throws(SystemError) {
        let descriptor = atex_open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw .last
        }
        while flock(descriptor, LOCK_EX) != 0 {
            // A file system without locks has no holds; there nothing can be told to be left.
            guard errno == EINTR else { break }
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_nlink > 0 else {
            close(descriptor)
            return nil
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Removes what ended processes of this user left in a directory: files and directories whose
    /// names fit, that nobody holds, and that are not needed otherwise. Returns their paths.
    /// A directory that is not there has nothing left.
    @discardableResult
    package static func removeLeft(
        in directory: String, where fits: (_ name: String) -> Bool,
        unless isNeeded: (_ path: String) -> Bool = { _ in false }
    ) -> [String] {
        let names: [String]
        do throws(SystemError) { names = try Directory(directory).names() } catch { return [] }
        return names.filter(fits).map { "\(directory)/\($0)" }.filter {
            removeLeft($0, unless: isNeeded)
        }
    }

    private static func removeLeft(_ path: String, unless isNeeded: (String) -> Bool) -> Bool {
        let descriptor = atex_open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_uid == geteuid(),
            flock(descriptor, LOCK_EX | LOCK_NB) == 0, !isNeeded(path)
        else { return false }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: Directory.removeTree(path)
        case S_IFREG: unlink(path)
        default: return false
        }
        return access(path, F_OK) != 0
    }
}
