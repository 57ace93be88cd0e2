import Libvirt
import XML

extension InstallOption {
    static let disk = InstallOption(
        "disk", at: "devices/disk", makes: true, first: ["path"], ignoresNone: false,
        sharing: [.clearXML, .xpath, .device, .bootOrder, .loadParameter, .virtio],
        prepare: prepareDisk,
        take: takeDisk, finish: finishDisk,
        table: """
            backing_store - call
            backing_format - call
            pool - call
            vol - call
            size - call
            format - call
            sparse - call
            type - call
            bus target/@bus call
            cache driver/@cache call
            source.dir source/@dir
            source.file source/@file
            source.dev source/@dev
            source.pool|source_pool source/@pool
            source.volume|source_volume source/@volume
            source.name|source_name source/@name
            source.protocol|source_protocol source/@protocol
            source.startupPolicy|startup_policy source/@startupPolicy
            source.type source/@type
            source.namespace source/@namespace int
            source.managed source/@managed yesno
            source.address.domain source/address/@domain int
            source.address.bus source/address/@bus int
            source.address.slot source/address/@slot int
            source.address.function source/address/@function int
            source.host#.name|source_host_name source/host[1]/@name
            source.host#.port|source_host_port source/host[1]/@port int
            source.host#.socket|source_host_socket source/host[1]/@socket
            source.host#.transport|source_host_transport source/host[1]/@transport
            source.seclabel#.model|seclabel#.model source/seclabel#/@model
            source.seclabel#.relabel|seclabel#.relabel source/seclabel#/@relabel yesno
            source.seclabel#.label|seclabel#.label source/seclabel#/label comma
            path - call
            device @device
            snapshot|snapshot_policy @snapshot
            sgio @sgio
            rawio @rawio
            serial serial
            wwn wwn
            readonly readonly presence
            shareable shareable presence
            transient transient presence
            transient.shareBacking transient/@shareBacking yesno
            target.bus target/@bus
            target.removable|removable target/@removable onoff
            target.dev|target target/@dev
            target.rotation_rate|rotation_rate target/@rotation_rate int
            driver.cache driver/@cache
            driver.discard|discard driver/@discard
            driver.detect_zeroes|detect_zeroes driver/@detect_zeroes
            driver.name|driver_name driver/@name
            driver.type|driver_type driver/@type
            driver.copy_on_read driver/@copy_on_read onoff
            driver.io|io driver/@io
            driver.iothread driver/@iothread int
            driver.queues driver/@queues int
            driver.error_policy|error_policy driver/@error_policy
            iotune.read_bytes_sec|read_bytes_sec iotune/read_bytes_sec int
            iotune.write_bytes_sec|write_bytes_sec iotune/write_bytes_sec int
            iotune.total_bytes_sec|total_bytes_sec iotune/total_bytes_sec int
            iotune.read_iops_sec|read_iops_sec iotune/read_iops_sec int
            iotune.write_iops_sec|write_iops_sec iotune/write_iops_sec int
            iotune.total_iops_sec|total_iops_sec iotune/total_iops_sec int
            blockio.logical_block_size|logical_block_size blockio/@logical_block_size
            blockio.physical_block_size|physical_block_size blockio/@physical_block_size
            geometry.cyls geometry/@cyls int
            geometry.heads geometry/@heads int
            geometry.secs geometry/@secs int
            geometry.trans geometry/@trans
            source.reservations.managed|reservations.managed source/reservations/@managed
            source.reservations.source.type|reservations.source.type source/reservations/source/@type
            source.reservations.source.path|reservations.source.path source/reservations/source/@path
            source.reservations.source.mode|reservations.source.mode source/reservations/source/@mode
            """)
}

/// What is left to do once the plain sub-options are applied.
struct DiskWish {
    var pool: String?
    var volume: String?
    /// GiB.
    var size: Double?
    var format: String?
    var isSparse = true
    var backing: String?
    var backingFormat: String?
    var type: String?
}

private func prepareDisk(_ run: OptionRun) throws -> Bool {
    run.given.move("bus", to: "target.bus")
    run.given.move("cache", to: "driver.cache")
    guard run.text != "none" else { return false }
    var wish = DiskWish()
    wish.backing = run.given.take("backing_store") ?? nil
    wish.backingFormat = run.given.take("backing_format") ?? nil
    wish.pool = run.given.take("pool") ?? nil
    wish.volume = run.given.take("vol") ?? nil
    if let size = run.given.take("size") ?? nil {
        guard let number = Double(size.trimmed) else {
            throw InstallFailure(
                "Improper value for 'size': could not convert string to float: "
                    + pythonQuoted(size))
        }
        wish.size = number
    }
    wish.format = run.given.take("format") ?? nil
    if let sparse = run.given.take("sparse") ?? nil {
        wish.isSparse = try yesOrNo(sparse, key: "sparse")
    }
    switch run.given.take("perms") ?? nil {
    case "ro"?: run.given.set("readonly", "on")
    case "sh"?: run.given.set("shareable", "on")
    case "rw"?, nil: break
    case let other?: throw InstallFailure("Unknown 'perms' value '\(other)'")
    }
    wish.type = run.given.take("type") ?? nil
    if let volume = wish.volume, !volume.isEmpty {
        let parts = volume.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            throw OptionMistake("Storage volume must be specified as vol=poolname/volname")
        }
        wish.pool = String(parts[0])
        wish.volume = String(parts[1])
    }
    if let type = wish.type, !type.isEmpty { run.set("@type", type) }
    run.guest.diskWish = wish
    return true
}

private func takeDisk(_ run: OptionRun, _ row: Row, _ value: String?) throws {
    guard row.names[0] == "path" else { return }
    try run.guest.setStorage(try DiskStorage(path: value, host: run.guest.host), of: run.node)
}

private func finishDisk(_ run: OptionRun) throws {
    let (guest, disk) = (run.guest, run.node)
    let host = guest.host
    var wish = guest.diskWish
    if wish.size ?? 0 != 0, wish.volume ?? "" == "", wish.pool ?? "" == "",
        try guest.resolveStorage(of: disk).path == nil, guest.diskType(disk) == "file"
    {
        wish.pool = "default"
    }
    var pool: PoolEntry?
    if let name = wish.pool, !name.isEmpty {
        let found = try name == "default" ? host.defaultPool() : host.pool(named: name)
        let running = try host.pool(named: found.name)
        try running.start()
        pool = running
    }
    if let name = wish.volume, !name.isEmpty, let known = pool {
        let volume = try known.pool.volume(name: name)
        try guest.setStorage(
            try DiskStorage(path: nil, volume: volume, pool: known, host: host), of: disk)
        pool = nil
    }
    let known = guest.storage[disk]
    let isMissing = known.map { !$0.exists } ?? false
    let hasWish = wish.format != nil || wish.size ?? 0 != 0 || wish.isSparse || wish.backing != nil
    if pool != nil || isMissing, hasWish {
        try guest.setStorage(
            DiskStorage(try planVolume(wish, in: pool, storage: known, guest)), of: disk)
    }
    try validateDisk(disk, of: guest)
}

/// The volume that a disk wants made.
private func planVolume(
    _ wish: DiskWish, in pool: PoolEntry?, storage: DiskStorage?, _ guest: Guest
) throws -> VolumePlan {
    let home = pool ?? storage?.pool
    var name = pool == nil ? splitPath(storage?.path ?? "").name : nil
    var format = wish.format
    if let home, format == nil || format == "", home.volumeKind == "file" {
        format = guest.host.isQEMU || guest.host.isTest ? "qcow2" : "raw"
    }
    if name == nil, let home {
        let suffix = format.map { $0 == "raw" ? ".img" : $0.isEmpty ? "" : "." + $0 } ?? ""
        try home.start(refreshing: true)
        let taken = guest.devices("disk").compactMap { disk -> String? in
            guard let path = guest.storage[disk]?.path, let target = home.target else { return nil }
            let (folder, name) = splitPath(path)
            return folder == target ? name : nil
        }
        name = freeName(guest.name ?? "disk", suffix: suffix) { name in
            taken.contains(name) || hasVolume(name, home)
        }
    }
    let volume = name ?? ""
    guard let size = wish.size else {
        throw OptionMistake("Size must be specified for non existent volume '\(volume)'")
    }
    guard let home else {
        throw OptionMistake(
            "Don't know how to create storage for path '\(volume)'. Use libvirt APIs to manage "
                + "the parent directory as a pool first.")
    }
    let bytes = size * 1024 * 1024 * 1024
    guard bytes >= 0, bytes < Double(UInt64.max) else {
        throw OptionMistake("a disk cannot have \(size) GiB")
    }
    try home.start()
    if let format, !format.isEmpty, home.volumeKind != "file" {
        throw OptionMistake("Format attribute not supported for this volume type")
    }
    return VolumePlan(
        pool: home, name: volume, capacity: UInt64(bytes),
        allocation: wish.isSparse ? 0 : UInt64(bytes), format: format == "" ? nil : format,
        backing: wish.backing, backingFormat: wish.backingFormat)
}

private func hasVolume(_ name: String, _ pool: PoolEntry) -> Bool {
    do {
        _ = try pool.pool.volume(name: name)
        return true
    } catch {
        LibvirtError.forgetReported()
        return false
    }
}

/// Whether a disk can be used as it is; its `type` is settled then.
func validateDisk(_ disk: Node, of guest: Guest) throws {
    var storage = try guest.resolveStorage(of: disk)
    defer { guest.settleDiskType(disk) }
    guard let path = storage.path, !path.isEmpty else {
        if let mistake = storage.mistake { throw OptionMistake(mistake) }
        let device = disk["device"] ?? "disk"
        let type = guest.diskType(disk)
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
    try storage.plan?.check(guest.output)
    guest.storage[disk] = storage
}

extension Guest {
    /// A new drive with a medium, e.g. for an installation, behind all disks.
    func addDisc(path: String) throws -> Node {
        let disk = addDevice("disk")
        disk.set("device", to: "cdrom")
        try setStorage(try DiskStorage(path: path, host: host), of: disk)
        try validateDisk(disk, of: self)
        return disk
    }

    /// Takes a drive's medium out.
    func eject(_ disk: Node) {
        disk.remove("source")
        storage[disk] = DiskStorage()
        disk.set("@type", "file")
        disk.remove("driver")
    }

    /// Gives a disk its storage and what its XML says of that.
    func setStorage(_ new: DiskStorage, of disk: Node) throws {
        storage[disk] = new
        if let source = disk.element("source") {
            for name in ["file", "dev", "dir", "volume", "pool", "name", "protocol"] {
                source.remove("@\(name)")
            }
            for host in source.elements("host") { host.remove() }
            if source.isBare { source.remove() }
        }
        guard new.kind != "network" else { return setNetworkSource(new, of: disk) }
        let names = ["file": "file", "block": "dev", "dir": "dir"]
        if let name = names[diskType(disk)] { disk.set("source/@\(name)", new.path) }
    }

    /// The type that the disk has or will get.
    func diskType(_ disk: Node) -> String {
        if let type = disk["type"] { return type }
        if disk.has("source/@pool") || disk.has("source/@volume") { return "volume" }
        if let storage = storage[disk] { return storage.kind }
        return disk.has("source/@protocol") ? "network" : "file"
    }

    func settleDiskType(_ disk: Node) { disk.set("@type", diskType(disk)) }

    /// The storage of a disk; found out from its XML where no sub-option said it.
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
                found.mistake = words(of: error)
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
        if new.volume == nil, new.plan == nil {
            guard let address = new.path.flatMap({ URLParts($0) }) else { return }
            disk.set("source/@protocol", address.scheme)
            let host = "source/host[1]/@"
            if !address.transport.isEmpty { disk.set(host + "transport", address.transport) }
            if !address.host.isEmpty { disk.set(host + "name", address.host) }
            if !address.port.isEmpty { disk.set(host + "port", address.port) }
            if !address.path.isEmpty {
                if address.transport.isEmpty {
                    disk.set("source/@name", String(address.path.dropFirst()))
                } else {
                    disk.set(host + "socket", address.path)
                }
            }
            if !address.query.isEmpty { disk.set("source/@query", address.query) }
            return
        }
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

    private func networkName(
        _ storage: DiskStorage, in pool: PoolEntry, isDirect: Bool
    ) -> String? {
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

/// The URL of a disk that is somewhere in the network.
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
