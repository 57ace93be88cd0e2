import Glibc
package import System

/// Changes of names that survive a power failure when the call returns, and that are undone if
/// they cannot be written to the disk. The content of the file must have been flushed before.
///
/// The new name is given in a `CriticalSection`: a rollback that removes it, e.g. of a temporary
/// volume, must not run before.
extension AtomicFile {
    /// Renames a file within a directory, and replaces a file of the new name in one step.
    /// C: `renameat`, `fsync`.
    package static func renameDurably(
        _ name: String, to new: String, in directory: borrowing Directory
    ) throws(SystemError) {
        let parent = try Parent(directory)
        try CriticalSection.run { () throws(SystemError) in
            try parent.rename(name, to: new, durably: true)
        }
    }

    /// The same, but throws `EEXIST` if the new name is taken. C: `renameat2`, `fsync`.
    package static func renameDurably(
        _ name: String, toFree new: String, in directory: borrowing Directory
    ) throws(SystemError) {
        let parent = try Parent(directory)
        try CriticalSection.run { () throws(SystemError) in
            try parent.directory.rename(name, toNew: new)
            try parent.flush(new) { (parent) throws(SystemError) in
                try parent.directory.rename(new, to: name)
            }
        }
    }
}

extension AtomicFile.Parent {
    /// Renames a file and replaces a file of the new name.
    func rename(_ name: String, to new: String, durably: Bool) throws(SystemError) {
        guard durably else { return try directory.rename(name, to: new) }
        // The old file keeps this name until the new one is on the disk. The record is as durable:
        // the flush below may be the last thing before a power failure.
        let old = AtomicFile.newName()
        let rollback = try AtomicFile.removal(of: old, in: self, durably: true)
        let isKept: Bool
        do throws(SystemError) {
            try directory.link(new, to: old)
            isKept = true
        } catch {
            // There is none, or the file system cannot give it two names.
            isKept = false
        }
        let isReplacing = try directory.status(of: new) != nil
        try directory.rename(name, to: new)
        try flush(new) { (parent) throws(SystemError) in
            if isKept {
                // In this order, because the old name may have been lost, and the file must not.
                try parent.directory.link(new, to: name)
                try parent.directory.rename(old, to: new)
            } else if !isReplacing {
                try parent.directory.rename(new, to: name)
            }
        }
        _ = consume rollback  // removes the old file
        // Otherwise a power failure could bring its temporary name back, whose record is gone.
        if isKept { try directory.flush() }
    }

    /// Flushes the directory, in which a file has just got a name. If that fails, runs `undo` and
    /// throws the reason.
    func flush(
        _ name: String, orUndo undo: (AtomicFile.Parent) throws(SystemError) -> Void
    ) throws(SystemError) {
        let file = try directory.status(of: name)?.identity
        do throws(SystemError) { try directory.flush() } catch {
            // A disk that fails may not let us undo either; the first error says more.
            do throws(SystemError) {
                // Another process may have replaced the file in the meantime.
                if try directory.status(of: name)?.identity == file { try undo(self) }
            } catch {}
            throw error
        }
    }
}
