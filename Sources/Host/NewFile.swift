import CHost
import Glibc

/// A file that gets its name only when it is whole. Until then it has none where the file system
/// allows that, so that a process that is killed leaves nothing; elsewhere, as on NFS, a name that
/// `removeStale` knows. Leaving scope without `publish(as:)` removes it, and so does the end of the
/// process by a `Lifeline`.
package struct NewFile: ~Copyable {
    package let file: File
    private let directory: Place
    private let temporaryName: String?
    /// Removes the temporary name; once the file has its own, there is none to remove.
    private let undo: Undo?

    /// The directory, open as long as a name in it may have to be removed.
    private final class Place: Sendable {
        let descriptor: Int32

        init(_ directory: borrowing Directory) throws(SystemError) {
            descriptor = fcntl(directory.descriptor, F_DUPFD_CLOEXEC, 3)
            guard descriptor >= 0 else { throw .last }
        }

        deinit { if descriptor >= 0 { close(descriptor) } }

        func remove(_ name: String) { unlinkat(descriptor, name, 0) }
    }

    private static let prefix = ".atex-virt-helper-new-"

    /// How a volume is named that libvirt makes to replace another: nobody can lock it meanwhile,
    /// so only one that is ten minutes old is stale.
    package static let volumePrefix = ".atex-virt-helper-volume-"

    /// An empty file of a directory's, for those that `mode` and the umask let. With `isNamed` as
    /// where the file system has none without a name. C: `open` with `O_TMPFILE`.
    package init(
        in directory: borrowing Directory, mode: UInt32 = 0o600, isNamed: Bool = false
    ) throws(SystemError) {
        let place = try Place(directory)
        let unnamed = isNamed ? -1 : atex_open_unnamed(place.descriptor, mode_t(mode))
        guard unnamed >= 0 || isNamed || [EOPNOTSUPP, EISDIR, ENOENT, EINVAL].contains(errno)
        else { throw .last }
        let name = unnamed >= 0 ? nil : Self.prefix + randomName()
        let undo = Self.removal(of: name, in: place)
        let file = try File(
            adopting: name.map {
                atex_open_at(
                    place.descriptor, $0, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode_t(mode))
            } ?? unnamed)
        // Tells `removeStale` that somebody is still at it.
        if name != nil { _ = flock(file.descriptor, LOCK_EX | LOCK_NB) }
        self.directory = place
        self.temporaryName = name
        self.undo = consume undo
        self.file = consume file
    }

    private static func removal(of name: String?, in place: Place) -> Undo? {
        guard let name else { return nil }
        return Undo { place.remove(name) }
    }

    /// Gives the file its name, in place of what had it: whoever looks sees the one or the other.
    /// `replacing: false` fails with `EEXIST` where the name is taken. C: `linkat`, `renameat`.
    package consuming func publish(
        as name: String, replacing: Bool = true
    ) throws(SystemError) {
        if !replacing {
            try link(as: name)
        } else if let temporaryName {
            try rename(temporaryName, to: name)
        } else {
            // A file without a name can get one, but not one that is taken; renaming can.
            let (directory, temporaryName) = (directory, Self.prefix + randomName())
            let undo = Undo { directory.remove(temporaryName) }
            try link(as: temporaryName)
            try rename(temporaryName, to: name)
            undo.forget()
        }
    }

    private func link(as name: String) throws(SystemError) {
        guard
            linkat(
                AT_FDCWD, "/proc/self/fd/\(file.descriptor)", directory.descriptor, name,
                AT_SYMLINK_FOLLOW)
                == 0
        else { throw .last }
    }

    private func rename(_ name: String, to new: String) throws(SystemError) {
        let directory = directory.descriptor
        guard renameat(directory, name, directory, new) == 0 else { throw .last }
    }

    /// Removes what killed processes left in a directory.
    package static func removeStale(in directory: borrowing Directory) throws(SystemError) {
        for name in try directory.names()
        where name.hasPrefix(prefix) || name.hasPrefix(volumePrefix) {
            // To write: what is no file does not make us wait, and NFS locks only what is so open.
            let descriptor = atex_open_at(
                directory.descriptor, name, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0)
            guard descriptor >= 0 else { continue }
            var status = stat()
            // One that is new may be between its making and its lock.
            let youngest = name.hasPrefix(prefix) ? 1 : 600
            if fstat(descriptor, &status) == 0,
                time(nil) - status.st_ctim.tv_sec > youngest,
                flock(descriptor, LOCK_EX | LOCK_NB) == 0
            {
                unlinkat(directory.descriptor, name, 0)
            }
            close(descriptor)
        }
    }
}

/// Sixteen hexadecimal digits.
package func randomName() -> String {
    let digits = String(UInt64.random(in: UInt64.min...UInt64.max), radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
}
