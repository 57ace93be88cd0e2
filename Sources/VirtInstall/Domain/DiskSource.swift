import Libvirt
import Lifetime
import System
import Text
import XML

// The `<source>` of disks.

/// Throws an error if a disk's storage does not exist and cannot be created. Sets the disk's
/// `type`. virt-install 4.1.0: `DeviceDisk.validate`.
func validateDisk(_ disk: Node, of guest: Guest) throws {
    var storage = try guest.resolveStorage(of: disk)
    defer { guest.settleDiskType(disk) }
    guard let path = storage.path, !path.isEmpty else {
        if let mistake = storage.mistake { throw OptionMistake(mistake) }
        let device = disk["device"] ?? "disk"
        let type = guest.diskType(disk)
        // A drive may be empty, and so may a disk of an unknown type.
        let mayBeEmpty =
            ["floppy", "cdrom"].contains(device)
            || !["file", "block", "dir", "volume", "network"].contains(type)
        guard mayBeEmpty else { throw OptionMistake("Device type '\(device)' requires a path") }
        return
    }
    guard storage.exists || storage.plan != nil else {
        throw OptionMistake(
            "Must specify storage creation parameters for non-existent path '\(path)'.")
    }
    if let volume = storage.volume { try guest.host.requireComplete(volume) }
    // The check may complete the plan.
    try storage.plan?.check(guest.version, guest.output)
    guest.storage[disk] = storage
}

extension TargetHost {
    /// Fails if another session is filling the volume, or if one ended while it did so and the
    /// volume is not removed yet.
    fileprivate func requireComplete(_ volume: StorageVolume) throws {
        guard let journal = Journal.current else { return }
        let (pool, name) = (try volume.pool().name(), try volume.name())
        let isIncomplete: Bool
        do throws(SystemError) {
            isIncomplete = try journal.isIncomplete(volume: name, ofPool: pool, uri: uri)
        } catch { throw InstallFailure(journal: error) }
        guard isIncomplete else { return }
        throw OptionMistake(
            "volume '\(name)' in pool '\(pool)' is incomplete: its upload has not ended")
    }
}

extension Guest {
    /// Removes the medium of a drive.
    func eject(_ disk: Node) {
        disk.remove("source")
        storage[disk] = DiskStorage()
        disk.set("@type", "file")
        disk.remove("driver")
    }

    /// Sets the storage of a disk and the matching XML.
    func setStorage(_ new: DiskStorage, of disk: Node) throws {
        storage[disk] = new
        if let source = disk.element("source") {
            for name in ["file", "dev", "dir", "volume", "pool", "name", "protocol"] {
                source.remove("@\(name)")
            }
            for host in source.elements("host") { host.remove() }
            if source.isBare { source.remove() }
        }
        if host.gate.usesVolumes, let pool = new.pool {
            disk.set("@type", "volume")
            disk.set("source/@pool", pool.name)
            disk.set("source/@volume", new.plan?.name ?? splitPath(new.path ?? "").name)
            return
        }
        guard new.kind != "network" else { return setNetworkSource(new, of: disk) }
        let names = ["file": "file", "block": "dev", "dir": "dir"]
        if let name = names[diskType(disk)] { disk.set("source/@\(name)", new.path) }
    }

    /// The `type` that the disk has, or will get by `settleDiskType`.
    func diskType(_ disk: Node) -> String {
        if let type = disk["type"] { return type }
        if disk.has("source/@pool") || disk.has("source/@volume") { return "volume" }
        if let storage = storage[disk] { return storage.kind }
        return disk.has("source/@protocol") ? "network" : "file"
    }

    func settleDiskType(_ disk: Node) { disk.set("@type", diskType(disk)) }

    /// The storage of a disk; from its XML if no sub-option set it.
    @discardableResult
    func resolveStorage(of disk: Node) throws -> DiskStorage {
        if let known = storage[disk] { return known }
        var found = DiskStorage()
        switch diskType(disk) {
        case "volume":
            do {
                let pool = try host.pool(named: disk.value("source/@pool") ?? "")
                let volume = try pool.pool.volume(name: disk.value("source/@volume") ?? "")
                found = try DiskStorage(path: nil, volume: volume, pool: pool, host: host)
            } catch {
                if let denial = denial(in: error) { throw denial }
                found.mistake = message(of: error)
            }
        case "network":
            found = try DiskStorage(path: networkAddress(of: disk), host: host)
        default:
            let path = ["file", "dev", "dir"].compactMap { disk.value("source/@\($0)") }.first
            found = try DiskStorage(path: path, host: host)
        }
        storage[disk] = found
        return found
    }

    private func setNetworkSource(_ new: DiskStorage, of disk: Node) {
        // A URL that is in no pool: split it into the attributes.
        if new.volume == nil, new.plan == nil {
            guard let path = new.path, path.contains("://") else { return }
            let url = URI(path)
            disk.set("source/@protocol", url.driver)
            let host = "source/host[1]/@"
            if let transport = url.transport { disk.set(host + "transport", transport) }
            if let name = url.host { disk.set(host + "name", name) }
            if let port = url.port { disk.set(host + "port", port) }
            if !url.path.isEmpty {
                if url.transport == nil {
                    disk.set("source/@name", String(url.path.dropFirst()))
                } else {
                    disk.set(host + "socket", url.path)
                }
            }
            if !url.query.isEmpty { disk.set("source/@query", url.query) }
            return
        }
        // A volume in a network pool: copy the host and the authentication of the pool.
        guard let pool = new.pool else { return }
        disk.set("@type", "network")
        let secret = [
            ("auth/@username", "username"), ("auth/secret/@type", "type"),
            ("auth/secret/@uuid", "secret/@uuid"),
        ]
        if pool.xml.has("source/auth/@type") {
            for (path, from) in secret {
                let value = from.hasPrefix("secret") ? from : "@\(from)"
                disk.set(path, pool.xml.value("source/auth/\(value)"))
            }
        }
        let isDirect = pool.type == "iscsi-direct"
        disk.set("source/@protocol", isDirect ? "iscsi" : pool.type)
        for (index, host) in pool.xml.elements(at: "source/host").enumerated() {
            let path = "source/host[\(index + 1)]/@"
            disk.set(path + "name", host["name"])
            disk.set(path + "port", host["port"])
        }
        disk.set("source/@name", networkName(new, in: pool, isDirect: isDirect))
    }

    /// The name of a volume for the hypervisor; `nil` if its path has none.
    private func networkName(
        _ storage: DiskStorage, in pool: PoolEntry, isDirect: Bool
    ) -> String? {
        // libvirt's path of such a volume ends in the name of its target.
        if isDirect {
            guard let path = storage.path, let mark = path.firstRange(of: "-iscsi-iqn.") else {
                return nil
            }
            return "iqn." + path[mark.upperBound...]
        }
        var name = ""
        if let source = pool.xml.value("source/name"), !source.isEmpty {
            let folder = pool.type == "gluster" ? "source/dir/@path" : "source/device/@path"
            name = source + (pool.xml.value(folder) ?? "")
            if !name.hasSuffix("/") { name += "/" }
        }
        return name + (storage.plan?.name ?? storage.volumeXML?.value("name") ?? "")
    }
}

/// The URL of a network disk.
func networkAddress(of disk: Node) -> String {
    let source = disk.element("source")
    let host = source?.element("host")
    var address = source?["protocol"] ?? "unknown"
    if let transport = host?["transport"] { address += "+" + transport }
    address += "://"
    if let name = host?["name"] {
        address += name
        if let port = host?["port"] { address += ":" + port }
    }
    if let path = source?["name"] ?? host?["socket"] {
        address += (path.hasPrefix("/") ? "" : "/") + path
    }
    return address
}
