import CSystem
import Glibc

/// What a file is: its kind, owner, mode and sizes. C: `struct stat`.
package struct FileStatus: Hashable, Sendable {
    package enum Kind: Sendable { case regular, directory, symbolicLink, blockDevice, other }

    package let kind: Kind
    package let ownerID: UInt32
    package let groupID: UInt32
    /// The permission bits, e.g. 0o755.
    package let mode: UInt32
    /// In bytes.
    package let size: Int64
    /// The bytes that the file takes on its file system; holes take none.
    package let allocatedSize: Int64
    /// The number of names; 0 if all were removed.
    package let linkCount: UInt64
    /// When the status changed last, in seconds since 1970.
    package let changeTime: Int64
    package let identity: FileIdentity

    package init(
        kind: Kind, ownerID: UInt32, groupID: UInt32, mode: UInt32, size: Int64 = 0
    ) {
        self.kind = kind
        self.ownerID = ownerID
        self.groupID = groupID
        self.mode = mode
        self.size = size
        allocatedSize = size
        linkCount = 1
        changeTime = 0
        identity = FileIdentity(device: 0, number: 0)
    }

    init(_ status: stat) {
        kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .regular
            case S_IFDIR: .directory
            case S_IFLNK: .symbolicLink
            case S_IFBLK: .blockDevice
            default: .other
            }
        ownerID = status.st_uid
        groupID = status.st_gid
        mode = status.st_mode & 0o7777
        size = Int64(status.st_size)
        // stat(2): always units of 512 bytes, whatever `st_blksize` is.
        allocatedSize = Int64(status.st_blocks) * 512
        linkCount = UInt64(status.st_nlink)
        changeTime = Int64(status.st_ctim.tv_sec)
        identity = FileIdentity(device: UInt64(status.st_dev), number: UInt64(status.st_ino))
    }

    /// The status of a path; `following: false` does not follow a symbolic link at its end.
    /// C: `stat`, `lstat`.
    package init(of path: String, following: Bool = true) throws(SystemError) {
        var status = Glibc.stat()
        try check(following ? stat(path, &status) : lstat(path, &status))
        self.init(status)
    }
}

/// Identifies a file among all others of the host, independently of its names. C: `st_dev`,
/// `st_ino`.
package struct FileIdentity: Hashable, Sendable {
    package let device: UInt64
    /// The inode, which unlike the device stays the same when the file system is mounted again.
    package let number: UInt64

    init(device: UInt64, number: UInt64) {
        self.device = device
        self.number = number
    }

    /// `nil` if the path does not exist; a symbolic link is not followed.
    package init?(_ path: String) {
        do throws(SystemError) {
            self = try FileStatus(of: path, following: false).identity
        } catch { return nil }
    }
}

extension FileDescriptor {
    /// C: `fstat`.
    package func status() throws(SystemError) -> FileStatus {
        var status = Glibc.stat()
        try check(fstat(number, &status))
        return FileStatus(status)
    }
}

/// Identifies a file among all that ever had its path: inodes are used again. C: `statx`.
package struct FileBirth: Hashable, Sendable {
    package let inode: UInt64
    /// When it was created, in nanoseconds since 1970; 0 if the file system does not keep that.
    package let time: Int64

    package init(inode: UInt64, time: Int64) {
        self.inode = inode
        self.time = time
    }

    /// `nil` if the path does not exist; a symbolic link is not followed.
    package init?(_ path: String) {
        var birth = atex_birth()
        guard atex_get_birth(path, &birth) == 0 else { return nil }
        self.init(birth)
    }

    /// The birth of an open file, which need not have a name.
    package init(of file: borrowing FileDescriptor) throws(SystemError) {
        var birth = atex_birth()
        try check(atex_get_birth_of(file.number, &birth))
        self.init(birth)
    }

    private init(_ birth: atex_birth) {
        self.init(
            inode: birth.inode, time: birth.seconds * 1_000_000_000 + Int64(birth.nanoseconds))
    }
}
