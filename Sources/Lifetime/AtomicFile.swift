import CSystem
import Glibc
package import System

/// A file that gets its name only when it is complete. Until then it has no name if the file
/// system supports that, so that a killed process leaves nothing; elsewhere, e.g. on NFS, it has a
/// temporary name, which is in the journal. Leaving scope without `publish(as:)` removes the file,
/// and so does a `Rollback` when a signal or a lost client ends the process.
package struct AtomicFile: ~Copyable {
    package let descriptor: FileDescriptor
    private let directory: Parent
    private let temporaryName: String?
    /// Removes the temporary name. After publishing there is none left to remove.
    private let rollback: Rollback?

    /// The directory, which stays open as long as a rollback may have to remove a name in it.
    private final class Parent: Sendable {
        let descriptor: FileDescriptor
        let path: String
        init(_ directory: borrowing Directory) throws(SystemError) {
            descriptor = try directory.descriptor.duplicate()
            path = directory.path
        }
        func remove(_ name: String) throws(SystemError) {
            guard unlinkat(descriptor.number, name, 0) == 0 || errno == ENOENT else { throw .last }
        }
    }

    private static let prefix = ".atex-virt-helper-new-"
    /// The beginning of the name of a volume that libvirt creates to replace another.
    package static let volumePrefix = ".atex-virt-helper-volume-"

    /// Whether a name is a temporary one: no volume may have it.
    package static func isTemporary(_ name: String) -> Bool {
        name.hasPrefix(prefix) || name.hasPrefix(volumePrefix)
    }

    /// Creates an empty file; the umask limits `mode`. `isNamed` chooses the temporary name even
    /// if the file system could do without. C: `open` with `O_TMPFILE`.
    package init(
        in directory: borrowing Directory, mode: UInt32 = 0o600, isNamed: Bool = false
    ) throws(SystemError) {
        let parent = try Parent(directory)
        let unnamed = isNamed ? -1 : atex_open_unnamed(parent.descriptor.number, mode_t(mode))
        // These are the errors of file systems and kernels without O_TMPFILE.
        guard unnamed >= 0 || isNamed || [EOPNOTSUPP, EISDIR, ENOENT, EINVAL].contains(errno)
        else { throw .last }
        let name = unnamed >= 0 ? nil : Self.prefix + randomName()
        // Before the file exists: a signal right after its creation must not leave it behind.
        let rollback = try Self.removal(of: name, in: parent)
        if let name {
            descriptor = try .open(
                name, in: parent.descriptor, O_RDWR | O_CREAT | O_EXCL, mode: mode)
        } else {
            descriptor = FileDescriptor(owning: unnamed)
        }
        self.directory = parent
        self.temporaryName = name
        self.rollback = consume rollback
    }

    private static func removal(
        of name: String?, in parent: Parent
    ) throws(SystemError) -> Rollback? {
        guard let name else { return nil }
        return try removal(of: name, in: parent, durably: true)
    }

    /// The rollback that removes a name that is about to be made.
    private static func removal(
        of name: String, in parent: Parent, durably: Bool
    ) throws(SystemError) -> Rollback {
        // A relative path is in the session's own directory, which is removed with it.
        let begun =
            parent.path.hasPrefix("/")
            ? Begun.temporaryName(
                TemporaryName(
                    directory: parent.path, inode: try parent.descriptor.status().identity.number,
                    name: name)) : nil
        return try Rollback(of: begun, durably: durably) { try parent.remove(name) }
    }

    /// Gives the file its name. A file that has the name is replaced in one step: other processes
    /// see either the old or the new one. `replacing: false` throws `EEXIST` if the name is taken.
    /// C: `linkat`, `renameat`.
    package consuming func publish(
        as name: String, replacing: Bool = true
    ) throws(SystemError) {
        if !replacing {
            // A temporary name stays for now; `rollback` removes it when this scope is left.
            try link(as: name)
        } else if let temporaryName {
            try rename(temporaryName, to: name)
        } else {
            do throws(SystemError) { return try link(as: name) } catch {
                guard error == .exists else { throw error }
            }
            // linkat cannot replace a name and rename needs one, so go through a temporary name.
            let (directory, temporaryName) = (directory, Self.prefix + randomName())
            // Not durable: the name exists only for the moment until the next call.
            let rollback = try Self.removal(of: temporaryName, in: directory, durably: false)
            try link(as: temporaryName)
            try rename(temporaryName, to: name)
            rollback.commit()
        }
    }

    private func link(as name: String) throws(SystemError) {
        guard
            // open(2) gives this path for O_TMPFILE; AT_EMPTY_PATH would need CAP_DAC_READ_SEARCH.
            linkat(
                AT_FDCWD, "/proc/self/fd/\(descriptor.number)", directory.descriptor.number, name,
                AT_SYMLINK_FOLLOW)
                == 0
        else { throw .last }
    }

    private func rename(_ name: String, to new: String) throws(SystemError) {
        let directory = directory.descriptor.number
        guard renameat(directory, name, directory, new) == 0 else { throw .last }
    }
}
