import Host
import Libvirt
import XML

extension TargetHost {
    /// All pools, read once and when this run makes one.
    func pools() throws -> [PoolEntry] {
        if let known = knownPools { return known }
        var found: [PoolEntry] = []
        for pool in try connection.storagePools() { found.append(try PoolEntry(pool)) }
        // libvirt lists them in no order; names decide where two have the same folder.
        found.sort { $0.name < $1.name }
        knownPools = found
        return found
    }

    func pool(named name: String) throws -> PoolEntry {
        try PoolEntry(try connection.storagePool(name: name))
    }

    /// The pool `default`, or the one in its folder; made where there is neither.
    func defaultPool() throws -> PoolEntry {
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

    /// Where libvirt keeps its data, e.g. `/var/lib/libvirt`.
    var dataFolder: String {
        if isPrivileged { return "/var/lib/libvirt" }
        if let folder = ProcessInformation.environment("XDG_DATA_HOME") { return folder }
        let home = ProcessInformation.environment("HOME") ?? ProcessInformation.homeDirectory()
        return (home ?? "") + "/.local/share/libvirt"
    }

    /// The first pool whose volumes are in a folder.
    private func pool(in folder: String) throws -> PoolEntry? {
        try pools().first { $0.target.map(absolutePath) == folder }
    }

    /// A folder as a pool that stays and starts with the host.
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
            // What failed first is what is told.
            do { if try pool.isActive() { try pool.destroy() } } catch {
                LibvirtError.forgetReported()
            }
            do { try pool.undefine() } catch { LibvirtError.forgetReported() }
            throw error
        }
        let entry = try PoolEntry(pool)
        knownPools = (knownPools ?? []) + [entry]
        return entry
    }

    private func explaining(_ what: String, _ body: () throws -> Void) throws {
        do { try body() } catch { throw OptionMistake("\(what): \(message(of: error))") }
    }

    /// What libvirt has at a path.
    struct Place {
        /// As it is meant: a URL, or a path from the root.
        let path: String
        var volume: StorageVolume?
        var pool: PoolEntry?
    }

    /// Looks a path up in all pools. Where none has it, its folder becomes one, so that libvirt
    /// tells what is there; not for devices and URLs.
    func place(of path: String) throws -> Place {
        var place = Place(path: path)
        if !isURL(path), !isNetworkVolume(path) { place = Place(path: absolutePath(path)) }
        var sought = place.path
        if sought.hasPrefix("rbd:"), let address = URLParts(sought) {
            sought = address.path.trimmingSlashes
        }
        if let volume = try volume(at: sought) {
            place.volume = volume
            place.pool = try PoolEntry(try volume.pool())
            return place
        }
        let (folder, name) = splitPath(sought)
        if let pool = try pool(in: folder) {
            do {
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

    private func volume(at path: String) throws(LibvirtError) -> StorageVolume? {
        do throws(LibvirtError) {
            let volume = try connection.storageVolume(path: path)
            _ = try volume.info()
            return volume
        } catch {
            guard error.code == .noStorageVolume || error.code == .ok else { throw error }
            LibvirtError.forgetReported()
            return nil
        }
    }

    /// Not every kind of pool finds its volumes by their paths.
    private func volume(named name: String, in pool: PoolEntry) throws -> StorageVolume? {
        do {
            return try pool.pool.volume(name: name)
        } catch {
            guard error.code == .noStorageVolume else { throw error }
            LibvirtError.forgetReported()
            return nil
        }
    }

    /// Whether a path is that of a volume in a pool of the network.
    func isNetworkVolume(_ path: String) -> Bool {
        do {
            for pool in try pools() where pool.volumeKind == "network" {
                guard try pool.pool.isActive() else { continue }
                for volume in try pool.pool.volumes() where try volume.path() == path {
                    return try Document(parsing: try volume.xml()).root["type"] == "network"
                }
            }
        } catch {
            LibvirtError.forgetReported()
        }
        return false
    }

    /// Whether a path's folder may become a pool.
    func canManage(_ path: String) -> Bool {
        !isURL(path)
            && !["/dev", "/sys", "/proc"].contains { path == $0 || path.hasPrefix($0 + "/") }
    }
}
