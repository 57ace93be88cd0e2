import Confinement
import Libvirt
import Policy
import Protocol
import System
import Volumes

/// A volume of a granted pool, which need not exist yet, as the whole host has it.
struct ConfinedVolume {
    let name: VolumeName
    let file: FileName
    /// Of its file, e.g. `/var/lib/libvirt/images/9.6.img`.
    let path: String
    /// Of all domains, hidden ones included.
    let users: [VolumeUsers.User]

    /// For messages.
    var shown: String { "volume '\(name.name)' in pool '\(name.pool)'" }

    /// The format that the users declare; `nil` if there are none, or if they declare none.
    func format() throws(Denial) -> DiskFormat? {
        let formats = Set(users.filter { !$0.sharesDirectory }.map(\.format))
        guard formats.count <= 1 else {
            throw Denial("\(shown) is used by domains that declare different formats of it")
        }
        guard let declared = formats.first ?? nil else { return nil }
        guard let format = DiskFormat(rawValue: declared) else {
            throw Denial("\(shown) is used as an image of the format \(declared)")
        }
        return format
    }

    /// The content; `nil` if the file is missing.
    func image() throws -> ImageBytes? {
        do throws(SystemError) { return try ImageBytes(of: .readingRegular(path)) } catch {
            guard error != .noSuchFile else { return nil }
            throw Denial("\(shown) cannot be read")
        }
    }
}

extension SessionGate {
    /// Examines a volume whose pool must be granted with at least `access`.
    func examine(_ volume: VolumeName, for access: PoolAccess) throws -> ConfinedVolume {
        guard let granted = policy.access(toPool: volume.pool) else {
            throw Denial("pool '\(volume.pool)' is not granted")
        }
        guard access == .read || granted == .readWrite else {
            throw Denial("pool '\(volume.pool)' is granted for reading only")
        }
        let file: FileName
        do { file = try volumeName(volume.name) } catch let error as RequestError {
            throw Denial(error.message)
        }
        return try examining("volume '\(volume.name)' in pool '\(volume.pool)'") {
            let host = try hostObjects
            let pool = try localPool(volume.pool, host)
            let path = "\(pool.path)/\(file.text)"
            guard try Self.isFileOrMissing(path) else {
                throw Denial(
                    "volume '\(volume.name)' in pool '\(volume.pool)' is not a regular file")
            }
            try use(file, in: pool.path, access == .read ? .shared : .exclusive)
            return ConfinedVolume(
                name: volume, file: file, path: path,
                users: try VolumeUsers(host).users(of: file, in: pool))
        }
    }

    /// A granted pool, whose volumes must be files of this machine.
    func localPool(_ name: String, _ host: Connection) throws -> Pool {
        let pool = try Pool(named: name, host)
        guard pool.type == "dir", pool.isLocal else {
            throw Denial(
                "pool '\(name)' is not a directory of this machine: its type is '\(pool.type)', and "
                    + "a role can use pools of type 'dir'")
        }
        return pool
    }

    /// Runs `body`. Its errors other than denials could name hidden objects, so they become a
    /// denial that does not.
    func examining<Value>(_ subject: String, _ body: () throws -> Value) throws -> Value {
        do { return try body() } catch let error where error is Denial || error is Busy {
            throw error
        } catch {
            LibvirtError.forgetReported()
            throw Denial("\(subject) cannot be examined")
        }
    }

    /// A symbolic link could lead out of the pool.
    private static func isFileOrMissing(_ path: String) throws(SystemError) -> Bool {
        do throws(SystemError) {
            return try FileStatus(of: path, following: false).kind == .regular
        } catch {
            guard error == .noSuchFile else { throw error }
            return true
        }
    }

    /// The granted pool that has this path's directory, and the name of a volume there, which need
    /// not exist; `nil` if it is the directory of none.
    func grantedPlace(of path: String) throws -> (pool: String, name: FileName)? {
        let connection = try host.open()
        for pool in try connection.storagePools(.active) {
            let found = try Pool(named: try pool.name(), connection)
            guard found.type == "dir", found.isLocal, path.hasPrefix("\(found.path)/"),
                let name = FileName(String(path.dropFirst(found.path.count + 1)))
            else { continue }
            return (found.name, name)
        }
        return nil
    }

    /// The granted volume with this path, as libvirt reports it; `nil` if there is none.
    func grantedVolume(at path: String) throws -> VolumeName? {
        guard let (pool, name) = try grantedPlace(of: path),
            try host.open().has(volume: name.text, inPool: pool)
        else { return nil }
        return VolumeName(pool: pool, name: name.text)
    }
}

extension Connection {
    /// Whether a pool exists and has a volume of this name.
    func has(volume: String, inPool pool: String) throws(LibvirtError) -> Bool {
        do throws(LibvirtError) { _ = try storagePool(name: pool).volume(name: volume) } catch {
            guard [.noStorageVolume, .noStoragePool].contains(error.code) else { throw error }
            LibvirtError.forgetReported()
            return false
        }
        return true
    }
}
