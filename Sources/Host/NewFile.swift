import CHost
import Glibc

/// A file that gets its name only when it is whole. Until then it has none where the file system
/// allows that, so that a process that is killed leaves nothing; elsewhere a name that
/// `removeStale` knows. Leaving scope without `publish(as:)` removes it.
package struct NewFile: ~Copyable {
    package let file: File
    private let directory: Int32
    private let temporaryName: String?

    private static let prefix = ".atex-virt-helper-new-"

    /// How a volume is named that libvirt makes to replace another: nobody can lock it meanwhile,
    /// so only one that is ten minutes old is stale.
    package static let volumePrefix = ".atex-virt-helper-volume-"

    /// An empty file of a directory's, for those that `mode` and the umask let.
    /// C: `open` with `O_TMPFILE`.
    package init(
        in directory: borrowing Directory, mode: UInt32 = 0o600
    ) throws(SystemError) {
        let (file, name) = try Self.open(in: directory.descriptor, mode_t(mode))
        let copy = fcntl(directory.descriptor, F_DUPFD_CLOEXEC, 3)
        guard copy >= 0 else {
            let error = SystemError.last
            close(file)
            throw error
        }
        self.file = try File(adopting: file)
        self.directory = copy
        temporaryName = name
    }

    private static func open(
        in directory: Int32, _ mode: mode_t
    ) throws(SystemError) -> (descriptor: Int32, name: String?) {
        let unnamed = atex_open_unnamed(directory, mode)
        if unnamed >= 0 { return (unnamed, nil) }
        guard [EOPNOTSUPP, EISDIR, ENOENT, EINVAL].contains(errno) else { throw .last }
        let name = prefix + randomName()
        let named = atex_open_at(directory, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard named >= 0 else { throw .last }
        // Tells `removeStale` that somebody is still at it.
        _ = flock(named, LOCK_EX | LOCK_NB)
        return (named, name)
    }

    deinit {
        if let temporaryName { unlinkat(directory, temporaryName, 0) }
        close(directory)
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
            let temporaryName = Self.prefix + randomName()
            try link(as: temporaryName)
            do throws(SystemError) {
                try rename(temporaryName, to: name)
            } catch {
                unlinkat(directory, temporaryName, 0)
                throw error
            }
        }
    }

    private func link(as name: String) throws(SystemError) {
        guard
            linkat(
                AT_FDCWD, "/proc/self/fd/\(file.descriptor)", directory, name, AT_SYMLINK_FOLLOW)
                == 0
        else { throw .last }
    }

    private func rename(_ name: String, to new: String) throws(SystemError) {
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
