package import System

/// A complete volume that is removed at the end of the session that made it.
package struct TemporaryVolume: Hashable, Sendable {
    package let uri: String
    package let pool: String
    package let name: String
    package let identity: Identity

    /// How to recognize the volume: someone else may have made another one of its name since.
    package enum Identity: Hashable, Sendable {
        /// A file of this host.
        case file(VolumeFile)
        /// A key that libvirt gives to no other volume, e.g. the UUID of a logical volume.
        case key(String)
    }

    package init(uri: String, pool: String, name: String, _ identity: Identity) {
        self.uri = uri
        self.pool = pool
        self.name = name
        self.identity = identity
    }
}

/// One file among all that ever had its path.
package struct VolumeFile: Hashable, Sendable {
    package let directory: String
    /// Identifies the directory: while its file system is not mounted, its path leads to another
    /// one.
    package let inode: UInt64
    package let name: String
    package let birth: FileBirth

    package init(
        _ name: String, in directory: borrowing Directory, _ birth: FileBirth
    ) throws(SystemError) {
        self.init(
            directory: directory.path,
            inode: try directory.descriptor.status().identity.number, name: name, birth: birth)
    }

    init(directory: String, inode: UInt64, name: String, birth: FileBirth) {
        self.directory = directory
        self.inode = inode
        self.name = name
        self.birth = birth
    }

    package var path: String { "\(directory)/\(name)" }

    /// Whether the path leads to the file. Throws `ENODEV` if it does not because the directory is
    /// not the one in which the file was made.
    package func isPresent() throws(SystemError) -> Bool {
        if FileBirth(path) == birth { return true }
        let directory = try Directory(directory)
        guard try directory.descriptor.status().identity.number == inode else { throw .noDevice }
        return false
    }
}
