import CSystem
import Glibc

/// Marks a file or directory as in use by this process, so that clean-ups by other processes keep
/// it. The mark ends with the process, even if it is killed. C: `flock`.
package final class InUseLock: Sendable {
    private let descriptor: FileDescriptor

    /// Locks a file or directory that this process has just created; `nil` if another process
    /// removed it in that moment as a leftover. C: `open`, `flock`, `fstat`.
    package init?(_ path: String) throws(SystemError) {
        do throws(SystemError) {
            descriptor = try .open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
        } catch {
            guard error == .noSuchFile else { throw error }
            return nil
        }
        let number = descriptor.number
        // Blocks only while a clean-up looks at this file.
        do throws(SystemError) { try retrying { flock(number, LOCK_EX) } } catch {
            // A file system without locks keeps no marks, and nothing on it counts as a leftover.
        }
        // A clean-up that held the lock before us may have removed it.
        guard try descriptor.status().linkCount > 0 else { return nil }
    }

    /// Removes what ended processes of this user left in a directory, and returns the removed
    /// paths: files and directories whose names match, that no process has marked, and that
    /// `isNeeded` does not report as needed. A missing directory has no leftovers.
    @discardableResult
    package static func removeLeftovers(
        in directory: String, where matches: (_ name: String) -> Bool,
        unless isNeeded: (_ path: String) -> Bool = { _ in false }
    ) -> [String] {
        let names: [String]
        do throws(SystemError) { names = try Directory.names(in: directory) } catch { return [] }
        return names.filter(matches).map { "\(directory)/\($0)" }.filter {
            removeLeftover($0, unless: isNeeded)
        }
    }

    private static func removeLeftover(
        _ path: String, unless isNeeded: (String) -> Bool
    ) -> Bool {
        do throws(SystemError) {
            let descriptor = try FileDescriptor.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
            let status = try descriptor.status()
            // The directory may be writable for all, e.g. /var/tmp. Ask `isNeeded` last: the
            // answer counts only while we hold the lock.
            guard status.ownerID == geteuid(),
                flock(descriptor.number, LOCK_EX | LOCK_NB) == 0, !isNeeded(path)
            else { return false }
            switch status.kind {
            case .directory: Directory.removeTree(path)
            case .regular: unlink(path)
            default: return false
            }
            // Removal is best effort; report only what is really gone.
            return access(path, F_OK) != 0
        } catch { return false }
    }
}
