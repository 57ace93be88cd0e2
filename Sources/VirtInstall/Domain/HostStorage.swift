import Libvirt
import System
import Text
import XML

// The storage pools and volumes of the host.
extension TargetHost {
    /// All pools; cached, and updated when this run creates one.
    func pools() throws -> [PoolEntry] {
        if let known = knownPools { return known }
        var found: [PoolEntry] = []
        for pool in try connection.storagePools() where try gate.shows(pool: pool.name()) {
            found.append(try entry(pool))
        }
        // libvirt's order is random. Sort, so that the choice between two pools with the same
        // directory is always the same.
        found.sort { $0.name < $1.name }
        knownPools = found
        return found
    }

    func pool(named name: String) throws -> PoolEntry {
        try gate.checkPool(name)
        return try entry(try connection.storagePool(name: name))
    }

    private func entry(_ pool: StoragePool) throws -> PoolEntry {
        let entry = try PoolEntry(pool, mayStart: gate.makesPools)
        try gate.checkType(entry.type, ofPool: entry.name)
        return entry
    }

    /// The pool `default`, or the one with its directory; created if there is neither.
    func defaultPool() throws -> PoolEntry {
        guard gate.makesPools else { return try pool(named: "default") }
        let folder = dataFolder + "/images"
        let known = try pools()
        if let pool = known.first(where: { $0.name == "default" }) { return pool }
        if let pool = try pool(in: folder) { return pool }
        do {
            return try makePool("default", folder: folder, building: true)
        } catch {
            throw OptionMistake(
                "Couldn't create default storage pool '\(folder)': \(message(of: error))")
        }
    }

    /// libvirt's data directory, e.g. `/var/lib/libvirt`.
    var dataFolder: String {
        if isPrivileged { return "/var/lib/libvirt" }
        if let folder = ProcessInformation.environment("XDG_DATA_HOME") { return folder }
        let home = ProcessInformation.environment("HOME") ?? ProcessInformation.homeDirectory()
        return (home ?? "") + "/.local/share/libvirt"
    }

    /// The first pool whose volumes are in a directory.
    private func pool(in folder: String) throws -> PoolEntry? {
        try pools().first { $0.target.map(absolutePath) == folder }
    }

    /// Creates a persistent pool for a directory; it starts with the host.
    private func makePool(_ name: String, folder: String, building: Bool) throws -> PoolEntry {
        let document = Document(root: "pool")
        document.root.set("type", to: "dir")
        document.root.set("name", name)
        document.root.set("target/path", folder)
        let pool: StoragePool
        do {
            pool = try connection.defineStoragePool(xml: document.root.serialized(format: true))
        } catch {
            throw OptionMistake("Could not define storage pool: \(message(of: error))")
        }
        do {
            if building {
                try explaining("Could not build storage pool") { try pool.build() }
            }
            try explaining("Could not start storage pool") { try pool.start() }
            try explaining("Could not set pool autostart flag") { try pool.setAutostart(true) }
        } catch {
            // Roll back as far as possible, and report the first error.
            do { if try pool.isActive() { try pool.destroy() } } catch {
                // Then `undefine` fails, too.
            }
            do { try pool.undefine() } catch {
                // The pool stays.
            }
            throw error
        }
        let entry = try entry(pool)
        knownPools = (knownPools ?? []) + [entry]
        return entry
    }

    private func explaining(_ what: String, _ body: () throws -> Void) throws {
        do { try body() } catch { throw OptionMistake("\(what): \(message(of: error))") }
    }

    /// The storage that libvirt knows at a path.
    struct Place {
        /// A URL or an absolute path.
        let path: String
        var volume: StorageVolume?
        var pool: PoolEntry?
    }

    /// Looks up a path in all pools. If no pool has its directory, creates one for it, so that
    /// libvirt can examine the file; not for devices and URLs. virt-install 4.1.0: `manage_path`.
    func place(of path: String) throws -> Place {
        if gate.usesVolumes { return try grantedPlace(of: path) }
        var place = Place(path: path)
        if !isURL(path), !isNetworkVolume(path) { place = Place(path: absolutePath(path)) }
        // The path of an RBD volume has no scheme in libvirt.
        var sought = place.path
        if sought.hasPrefix("rbd://") {
            sought = URI(sought).path.trimmingSlashes
        }
        if let volume = try volume(at: sought) {
            place.volume = volume
            place.pool = try entry(try volume.pool())
            return place
        }
        let (folder, name) = splitPath(sought)
        if let pool = try pool(in: folder) {
            do {
                // The file may be newer than the pool's last refresh.
                try pool.start(refreshing: true)
            } catch {
                throw OptionMistake("Cannot use storage \(sought): \(message(of: error))")
            }
            place.pool = pool
            place.volume = try volume(at: sought) ?? volume(named: name, in: pool)
            return place
        }
        guard canManage(place.path) else { return place }
        let base = splitPath(folder).name.map { $0 == " " ? "_" : $0 }
        let names = try pools().map(\.name)
        let poolName = freeName(base.isEmpty ? "dirpool" : String(base)) { names.contains($0) }
        let pool = try makePool(poolName, folder: folder, building: false)
        place.pool = pool
        place.volume = try volume(named: name, in: pool)
        return place
    }

    /// The volume of a granted pool at a path; a volume that does not exist yet has no `volume`.
    private func grantedPlace(of path: String) throws -> Place {
        if !isURL(path), path.hasPrefix("/") {
            let (folder, name) = splitPath(absolutePath(path))
            for pool in try pools() where pool.target.map(absolutePath) == folder {
                var place = Place(path: absolutePath(path))
                place.pool = pool
                place.volume = try volume(named: name, in: pool)
                return place
            }
        }
        try gate.refuse(path: path)
        return Place(path: path)
    }

    private func volume(at path: String) throws(LibvirtError) -> StorageVolume? {
        do throws(LibvirtError) {
            let volume = try connection.storageVolume(path: path)
            _ = try volume.info()
            return volume
        } catch {
            // `.ok` means that libvirt failed without reporting an error.
            guard error.code == .noStorageVolume || error.code == .ok else { throw error }
            return nil
        }
    }

    /// Some kinds of pools do not find their volumes by path.
    private func volume(named name: String, in pool: PoolEntry) throws -> StorageVolume? {
        do {
            return try pool.pool.volume(name: name)
        } catch {
            guard error.code == .noStorageVolume else { throw error }
            return nil
        }
    }

    /// Whether a path belongs to a volume in a network pool.
    func isNetworkVolume(_ path: String) -> Bool {
        do {
            for pool in try pools() where pool.volumeKind == .network {
                guard try pool.pool.isActive() else { continue }
                for volume in try pool.pool.volumes() where try volume.path() == path {
                    return try Document(parsing: try volume.xml()).root["type"] == "network"
                }
            }
        } catch {
            // A pool that cannot be read has no such volume.
        }
        return false
    }

    /// Whether a pool may be created for the directory of a path.
    func canManage(_ path: String) -> Bool {
        !isURL(path)
            && !["/dev", "/sys", "/proc"].contains { path == $0 || path.hasPrefix($0 + "/") }
    }
}
