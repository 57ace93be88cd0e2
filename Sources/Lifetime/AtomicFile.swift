import CSystem
import Glibc
package import System

/// A file that gets its name only when it is complete. Until then it has no name if the file
/// system supports that, so that a killed process leaves nothing; elsewhere, e.g. on NFS, it has a
/// temporary name that `removeStale` recognizes. Leaving scope without `publish(as:)` removes the
/// file, and so does a `Rollback` when a signal or a lost client ends the process.
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
        package func remove(_ name: String) { unlinkat(directory.descriptor.number, name, 0) }
    }

    static let prefix = ".atex-virt-helper-new-"
    /// The beginning of the name of a volume that libvirt creates to replace another. We cannot
    /// lock it while libvirt writes, so it counts as stale only when it is ten minutes old.
    package static let volumePrefix = ".atex-virt-helper-volume-"

    /// Whether a name is a temporary one: `removeStale` may remove a file that has it.
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
        let name = unnamed >= 0 ? nil : Self.prefix + randomName()
        // Before the file exists: a signal right after its creation must not leave it behind.
        let rollback = Self.removal(of: name, in: parent)
        if let name {
            descriptor = try .open(
                name, in: parent.directory.descriptor, O_RDWR | O_CREAT | O_EXCL, mode: mode)
            // Shows `removeStale` that the file is in use.
            _ = flock(descriptor.number, LOCK_EX | LOCK_NB)
        } else {
            descriptor = FileDescriptor(owning: unnamed)
        }
        self.parent = parent
        self.temporaryName = name
        self.rollback = consume rollback
    }

    private static func removal(of name: String?, in parent: Parent) -> Rollback? {
        guard let name else { return nil }
        return Rollback { parent.remove(name) }
    }

    /// Gives the file its name. A file that has the name is replaced in one step: other processes
    /// see either the old or the new one. `replacing: false` throws `EEXIST` if the name is taken.
    ///
    /// `durably` returns when the file and its name survive a power failure. If they cannot be
    /// written to the disk, the name refers to what it did before.
    /// C: `linkat`, `renameat`, `fsync`.
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
            if durably { try parent.flush(name) { $0.remove(name) } }
        } else if let temporaryName {
            try parent.rename(temporaryName, to: name, durably: durably)
        } else {
            // linkat cannot replace a name and rename needs one, so go through a temporary name.
            let (parent, temporaryName) = (parent, Self.prefix + randomName())
            let rollback = Rollback { parent.remove(temporaryName) }
            try link(as: temporaryName)
            try parent.rename(temporaryName, to: name, durably: durably)
            rollback.commit()
        }
    }

    private func link(as name: String) throws(SystemError) {
        guard
            // open(2) gives this path for O_TMPFILE; AT_EMPTY_PATH would need CAP_DAC_READ_SEARCH.
            linkat(
                AT_FDCWD, "/proc/self/fd/\(descriptor.number)", parent.directory.descriptor.number,
                name, AT_SYMLINK_FOLLOW)
                == 0
        else { throw .last }
    }

    /// Removes the temporary files that killed processes left in a directory.
    package static func removeStale(in directory: borrowing Directory) throws(SystemError) {
        for name in try directory.names()
        where isTemporary(name) {
            do throws(SystemError) {
                // O_RDWR: opening a FIFO does not block, and NFS locks only writable files.
                let file = try FileDescriptor.open(
                    name, in: directory.descriptor, O_RDWR | O_NOFOLLOW | O_NONBLOCK)
                // A new file may be between its creation and its lock.
                let youngest: Int64 = name.hasPrefix(prefix) ? 1 : 600
                if try secondsSince1970() - file.status().changeTime > youngest,
                    flock(file.number, LOCK_EX | LOCK_NB) == 0
                {
                    try directory.remove(name)
                }
            } catch { continue }  // not ours to open or to remove
        }
    }
}
