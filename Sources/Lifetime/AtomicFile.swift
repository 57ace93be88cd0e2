import CSystem
import Glibc
package import System

/// A file that gets its name only when it is complete. Until then it has no name if the file
/// system supports that, so that a killed process leaves nothing; elsewhere, e.g. on NFS, it has a
/// temporary name, which is in the journal. Leaving scope without `publish(as:)` removes the file,
/// and so does a `Rollback` when a signal or a lost client ends the process.
package struct AtomicFile: ~Copyable {
    package let descriptor: FileDescriptor
    private let parent: Parent
    private let temporaryName: String?
    /// Removes the temporary name. After publishing there is none left to remove.
    private let rollback: Rollback?

    /// The directory, which stays open as long as a rollback may have to remove a name in it.
    package final class Parent: Sendable {
        let directory: Directory
        package init(_ directory: borrowing Directory) throws(SystemError) {
            self.directory = try Directory(duplicating: directory)
        }
        package func remove(_ name: String) throws(SystemError) { try directory.remove(name) }
    }

    private static let prefix = ".atex-virt-helper-new-"
    /// The beginning of the name of a volume that libvirt creates.
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
        let unnamed =
            isNamed ? -1 : atex_open_unnamed(parent.directory.descriptor.number, mode_t(mode))
        // These are the errors of file systems and kernels without O_TMPFILE.
        guard unnamed >= 0 || isNamed || [EOPNOTSUPP, EISDIR, ENOENT, EINVAL].contains(errno)
        else { throw .last }
        let name = unnamed >= 0 ? nil : Self.newName()
        // Before the file exists: a signal right after its creation must not leave it behind.
        let rollback = try Self.removal(of: name, in: parent)
        if let name {
            descriptor = try CriticalSection.run { () throws(SystemError) in
                try .open(
                    name, in: parent.directory.descriptor, O_RDWR | O_CREAT | O_EXCL, mode: mode)
            }
        } else {
            descriptor = FileDescriptor(owning: unnamed)
        }
        self.parent = parent
        self.temporaryName = name
        self.rollback = consume rollback
    }

    private static func removal(
        of name: String?, in parent: Parent
    ) throws(SystemError) -> Rollback? {
        guard let name else { return nil }
        return try removal(of: name, in: parent, durably: true)
    }

    static func newName() -> String { prefix + randomName() }

    /// The rollback that removes a name that is about to be made.
    static func removal(
        of name: String, in parent: Parent, durably: Bool
    ) throws(SystemError) -> Rollback {
        // A relative path is in the session's own directory, which is removed with it.
        let begun =
            parent.directory.path.hasPrefix("/")
            ? Begun.temporaryName(try TemporaryName(name, in: parent.directory)) : nil
        return try Rollback(of: begun, durably: durably) { try parent.remove(name) }
    }

    /// Gives the file its name. A file that has the name is replaced in one step: other processes
    /// see either the old or the new one. `replacing: false` throws `EEXIST` if the name is taken.
    ///
    /// `durably` returns when the file and its name survive a power failure. If they cannot be
    /// written to the disk, the name refers to what it did before.
    ///
    /// The name is given in a `CriticalSection`: a rollback that removes it, e.g. of a temporary
    /// volume, must not run before. C: `linkat`, `renameat`, `fsync`.
    package consuming func publish(
        as name: String, replacing: Bool = true, durably: Bool = false
    ) throws(SystemError) {
        if durably {
            // First: a name could reach the disk before the bytes do.
            try descriptor.flush()
            // A network file system may report a failed write when a descriptor is closed. The
            // file's own is closed only after it has its name, which would be too late.
            try descriptor.duplicate().close()
        }
        if !replacing {
            // A temporary name stays for now; `rollback` removes it when this scope is left.
            try link(as: name)
            if durably { try flushNewName(name) }
        } else if let temporaryName {
            let parent = parent
            try CriticalSection.run { () throws(SystemError) in
                try parent.rename(temporaryName, to: name, durably: durably)
            }
        } else {
            do throws(SystemError) {
                try link(as: name)
                if durably { try flushNewName(name) }
                return
            } catch {
                guard error == .exists else { throw error }
            }
            // linkat cannot replace a name and rename needs one, so go through a temporary name.
            let (parent, temporaryName) = (parent, Self.newName())
            // Not durable: the name exists only for the moment until the next call.
            let rollback = try Self.removal(of: temporaryName, in: parent, durably: false)
            try link(as: temporaryName)
            try CriticalSection.run { () throws(SystemError) in
                try parent.rename(temporaryName, to: name, durably: durably)
            }
            rollback.commit()
        }
    }

    private func flushNewName(_ name: String) throws(SystemError) {
        try parent.flush(name) { (parent) throws(SystemError) in try parent.remove(name) }
    }

    private func link(as name: String) throws(SystemError) {
        let (file, parent) = (descriptor.number, parent)
        try CriticalSection.run { () throws(SystemError) in
            guard
                // open(2) gives this path for O_TMPFILE; AT_EMPTY_PATH would need
                // CAP_DAC_READ_SEARCH.
                linkat(
                    AT_FDCWD, "/proc/self/fd/\(file)", parent.directory.descriptor.number, name,
                    AT_SYMLINK_FOLLOW)
                    == 0
            else { throw .last }
        }
    }
}
