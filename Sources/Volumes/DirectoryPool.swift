import Confinement
package import Libvirt
import Protocol
package import System

/// A storage pool whose volumes are the files of one directory.
package struct DirectoryPool: ~Copyable {
    private let found: Pool
    package let directory: Directory

    package var name: String { found.name }
    package var pool: StoragePool { found.pool }
    var uri: String { found.uri }

    /// Opens a pool, which must be active and of type `dir`.
    package init(named name: String, _ connection: Connection) throws {
        let found = try Pool(named: name, connection)
        guard found.type == "dir" else {
            throw RequestError(
                .unsupported,
                "only type=dir storage pools are supported, and pool '\(name)' is of type "
                    + "'\(found.type)'")
        }
        try found.requireActive()
        self.init(found, try found.openDirectory())
    }

    init(_ found: Pool, _ directory: consuming Directory) {
        self.found = found
        self.directory = directory
    }

    /// Opens a volume's file. libvirt must know the volume by that name, and it must be a regular
    /// file of the directory itself.
    package borrowing func open(_ volume: FileName) throws -> FileDescriptor {
        try requireComplete(volume)
        let path: String
        do throws(LibvirtError) { path = try pool.volume(name: volume.text).path() } catch {
            throw RequestError("failed getting '\(volume.text)'", error)
        }
        // libvirt decides what is a volume; a file that it places elsewhere is not ours to open.
        guard path == "\(directory.path)/\(volume.text)", try hasFile(volume) else {
            throw RequestError(
                .badRequest,
                "volume '\(volume.text)' is not a regular file in the directory of pool '\(name)'")
        }
        // The file may have been replaced since `hasFile`: `open` refuses links and special files
        // again.
        do throws(SystemError) { return try directory.open(volume.text) } catch {
            throw RequestError("cannot open volume '\(volume.text)'", error)
        }
    }

    /// The volume whose file a path names, also through symbolic links; `nil` if the file is not in
    /// the pool's directory, or if libvirt does not know it as a volume.
    package borrowing func volume(at path: String) throws -> FileName? {
        // A file that was removed is compared by its directory.
        let (parent, last) = split(path)
        guard let real = realPath(path) ?? realPath(parent).map({ "\($0)/\(last)" }) else {
            return nil
        }
        let (realParent, name) = split(real)
        guard let file = FileName(name),
            FileIdentity(realParent) == (try directory.descriptor.status().identity)
        else { return nil }
        do throws(LibvirtError) { _ = try pool.volume(name: name) } catch {
            guard error.code == .noStorageVolume else {
                throw RequestError("failed getting '\(name)'", error)
            }
            return nil
        }
        return file
    }

    /// Fails if a session is filling the volume, or ended while it did so: the clean-up may take a
    /// new volume of the name for that one.
    borrowing func requireComplete(_ volume: FileName) throws { try found.requireComplete(volume) }

    /// Whether a volume's name is taken by a regular file. A symbolic link or a directory of that
    /// name is an error: writing there could write outside of the pool.
    package borrowing func hasFile(_ volume: FileName) throws -> Bool {
        guard let kind = try directory.kind(of: volume.text) else { return false }
        guard kind == .regular else {
            throw RequestError(
                .badRequest,
                "'\(volume.text)' in pool '\(name)' is not a regular file and is left alone")
        }
        return true
    }

    /// One of its volumes, for the gate.
    borrowing func volume(_ name: FileName) -> VolumeName {
        VolumeName(pool: self.name, name: name.text)
    }

    package borrowing func refresh() throws { try found.refresh() }

    /// Fails if the pool's path does not lead to the opened directory any more, because a file
    /// system was unmounted or mounted there: then the pool does not have what was written.
    borrowing func requirePlace() throws {
        let opened = try directory.descriptor.status().identity
        let present: FileIdentity?
        do throws(SystemError) { present = try FileStatus(of: directory.path).identity } catch {
            present = nil
        }
        guard present == opened else {
            throw RequestError(
                .system,
                "the directory '\(directory.path)' of pool '\(name)' was unmounted, mounted over "
                    + "or replaced in the meantime")
        }
    }

    /// Lets libvirt list a volume that has got its name. Succeeds if the volume is in the pool's
    /// directory, even if libvirt cannot look now: the file is complete, and libvirt finds it when
    /// the daemon or the pool starts again.
    borrowing func list(_ volume: FileName, _ host: HostConnection) throws {
        do {
            do { try refresh() } catch let error as RequestError where error.kind == .disconnected {
                try host.reconnecting { try Pool(named: name, $0).refresh() }
            }
        } catch {
            try requirePlace()
            guard try hasFile(volume) else { throw error }
        }
        try requirePlace()
    }
}

extension Pool {
    /// The pool's directory if its volumes are files that this process can open; `nil` if only
    /// libvirt can reach them.
    package func directoryPool(forWriting: Bool) throws -> DirectoryPool? {
        guard type == "dir", isLocal else { return nil }
        do {
            let pool = DirectoryPool(self, try openDirectory())
            // libvirtd usually runs as root and can write where we cannot; so it does the work.
            guard !forWriting || pool.directory.isWritable else { return nil }
            return consume pool
        } catch let error as RequestError where error.kind == .denied { return nil }
    }
}

/// The directory and the last component of an absolute path.
private func split(_ path: String) -> (parent: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    return (String(path[...slash]), String(path[path.index(after: slash)...]))
}
