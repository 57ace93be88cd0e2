import InstallMedia
import Libvirt
import XML

extension InstallOption {
    /// virt-install 4.1.0: `ParserDisk`.
    static let disk = InstallOption(
        "disk", .device("disk"), first: ["path"],
        sharing: [.clearXML, .xpath, .device, .bootOrder, .loadParameter, .virtio]
    ) { xml in
        var request = DiskRequest()
        xml.prepare { run in
            request = try DiskRequest(&run.values)
            if let type = request.type, !type.isEmpty { run.set("@type", type) }
        }
        xml.finish { run in try finishDisk(run, request) }
        xml.value("backing_store", roles: .refused)
        xml.value("backing_format", roles: .refused)
        xml.value("pool", roles: .allowed)
        xml.value("vol", roles: .allowed)
        xml.value("size", roles: .allowed)
        xml.value("format", roles: .allowed)
        xml.value("sparse", roles: .allowed)
        xml.value("type", roles: .refused)
        xml.renamed("bus", to: "target.bus", roles: .allowed)
        xml.renamed("cache", to: "driver.cache", roles: .allowed)
        xml.option("source.dir", at: "source/@dir", roles: .refused)
        xml.option("source.file", at: "source/@file", roles: .refused)
        xml.option("source.dev", at: "source/@dev", roles: .refused)
        xml.option("source.pool", "source_pool", at: "source/@pool", roles: .allowed)
        xml.option("source.volume", "source_volume", at: "source/@volume", roles: .allowed)
        xml.option("source.name", "source_name", at: "source/@name", roles: .refused)
        xml.option("source.protocol", "source_protocol", at: "source/@protocol", roles: .refused)
        xml.option(
            "source.startupPolicy", "startup_policy", at: "source/@startupPolicy", roles: .refused)
        xml.option("source.type", at: "source/@type", roles: .refused)
        xml.option("source.namespace", at: "source/@namespace", .integer, roles: .refused)
        xml.option("source.managed", at: "source/@managed", .yesNo, roles: .refused)
        xml.option("source.address.domain", at: "source/address/@domain", .integer, roles: .refused)
        xml.option("source.address.bus", at: "source/address/@bus", .integer, roles: .refused)
        xml.option("source.address.slot", at: "source/address/@slot", .integer, roles: .refused)
        xml.option(
            "source.address.function", at: "source/address/@function", .integer, roles: .refused)
        xml.option(
            "source.host#.name", "source_host_name", at: "source/host[1]/@name", roles: .refused)
        xml.option(
            "source.host#.port", "source_host_port", at: "source/host[1]/@port", .integer,
            roles: .refused)
        xml.option(
            "source.host#.socket", "source_host_socket", at: "source/host[1]/@socket",
            roles: .refused)
        xml.option(
            "source.host#.transport", "source_host_transport", at: "source/host[1]/@transport",
            roles: .refused)
        xml.option(
            "source.seclabel#.model", "seclabel#.model", at: "source/seclabel#/@model",
            roles: .refused)
        xml.option(
            "source.seclabel#.relabel", "seclabel#.relabel",
            at: "source/seclabel#/@relabel", .yesNo, roles: .refused)
        xml.option(
            "source.seclabel#.label", "seclabel#.label", at: "source/seclabel#/label", commas: true,
            roles: .refused)
        xml.option("path", roles: .allowed) { run, value in
            var path = value
            if run.guest.version >= .v50, let url = value, url.hasPrefix("file://") {
                path = String(url.dropFirst("file://".count))
            }
            let storage = try DiskStorage(path: path, host: run.guest.host)
            try run.guest.setStorage(storage, of: run.node)
        }
        xml.option("device", at: "@device", roles: .allowed)
        xml.option("snapshot", "snapshot_policy", at: "@snapshot", roles: .refused)
        xml.option("sgio", at: "@sgio", roles: .refused)
        xml.option("rawio", at: "@rawio", roles: .refused)
        xml.option("serial", at: "serial", roles: .allowed)
        xml.option("wwn", at: "wwn", roles: .refused)
        xml.option("readonly", at: "readonly", .presence, roles: .allowed)
        xml.option("shareable", at: "shareable", .presence, roles: .refused)
        xml.option("transient", at: "transient", .presence, roles: .refused)
        xml.option("transient.shareBacking", at: "transient/@shareBacking", .yesNo, roles: .refused)
        xml.option("target.bus", at: "target/@bus", roles: .allowed)
        xml.option(
            "target.removable", "removable", at: "target/@removable", .onOff, roles: .refused)
        xml.option("target.dev", "target", at: "target/@dev", roles: .allowed)
        xml.option(
            "target.rotation_rate", "rotation_rate", at: "target/@rotation_rate", .integer,
            roles: .refused)
        xml.option("driver.cache", at: "driver/@cache", roles: .allowed)
        xml.option("driver.discard", "discard", at: "driver/@discard", roles: .allowed)
        xml.option(
            "driver.detect_zeroes", "detect_zeroes", at: "driver/@detect_zeroes", roles: .refused)
        xml.option("driver.name", "driver_name", at: "driver/@name", roles: .allowed)
        xml.option("driver.type", "driver_type", at: "driver/@type", roles: .allowed)
        xml.option("driver.copy_on_read", at: "driver/@copy_on_read", .onOff, roles: .refused)
        xml.option("driver.io", "io", at: "driver/@io", roles: .allowed)
        xml.option("driver.iothread", at: "driver/@iothread", .integer, roles: .refused)
        xml.option("driver.queues", at: "driver/@queues", .integer, roles: .refused)
        xml.option(
            "driver.error_policy", "error_policy", at: "driver/@error_policy", roles: .refused)
        xml.since(.v50, declareDriver)
        xml.option(
            "iotune.read_bytes_sec", "read_bytes_sec", at: "iotune/read_bytes_sec", .integer,
            roles: .refused)
        xml.option(
            "iotune.write_bytes_sec", "write_bytes_sec", at: "iotune/write_bytes_sec", .integer,
            roles: .refused)
        xml.option(
            "iotune.total_bytes_sec", "total_bytes_sec", at: "iotune/total_bytes_sec", .integer,
            roles: .refused)
        xml.option(
            "iotune.read_iops_sec", "read_iops_sec", at: "iotune/read_iops_sec", .integer,
            roles: .refused)
        xml.option(
            "iotune.write_iops_sec", "write_iops_sec", at: "iotune/write_iops_sec", .integer,
            roles: .refused)
        xml.option(
            "iotune.total_iops_sec", "total_iops_sec", at: "iotune/total_iops_sec", .integer,
            roles: .refused)
        xml.option(
            "blockio.logical_block_size", "logical_block_size", at: "blockio/@logical_block_size",
            roles: .refused)
        xml.option(
            "blockio.physical_block_size", "physical_block_size",
            at: "blockio/@physical_block_size", roles: .refused)
        xml.since(.v50) { xml in
            xml.option(
                "blockio.discard_granularity", at: "blockio/@discard_granularity", roles: .refused)
        }
        xml.option("geometry.cyls", at: "geometry/@cyls", .integer, roles: .refused)
        xml.option("geometry.heads", at: "geometry/@heads", .integer, roles: .refused)
        xml.option("geometry.secs", at: "geometry/@secs", .integer, roles: .refused)
        xml.option("geometry.trans", at: "geometry/@trans", roles: .refused)
        xml.option(
            "source.reservations.managed", "reservations.managed",
            at: "source/reservations/@managed", roles: .refused)
        xml.option(
            "source.reservations.source.type", "reservations.source.type",
            at: "source/reservations/source/@type", roles: .refused)
        xml.option(
            "source.reservations.source.path", "reservations.source.path",
            at: "source/reservations/source/@path", roles: .refused)
        xml.option(
            "source.reservations.source.mode", "reservations.source.mode",
            at: "source/reservations/source/@mode", roles: .refused)
        xml.defaults(addDiskDefaults)
    }
}

private func declareDriver(_ xml: inout SubOptions) {
    xml.option("driver.discard_no_unref", at: "driver/@discard_no_unref", .onOff, roles: .refused)
    xml.since(.v51) { xml in
        xml.option("driver.queue_size", at: "driver/@queue_size", .integer, roles: .refused)
    }
    xml.option(
        "driver.metadata_cache.max_size", at: "driver/metadata_cache/max_size", .integer,
        roles: .refused)
    xml.option(
        "driver.metadata_cache.max_size.unit", at: "driver/metadata_cache/max_size/@unit",
        roles: .refused)
}

/// What a `--disk` says about its storage. It is handled after all other values, because the pool
/// and the name of a new volume depend on them.
private struct DiskRequest {
    var pool: String?
    var volume: String?
    /// In GiB.
    var size: Double?
    var format: String?
    var isSparse = true
    var backing: String?
    var backingFormat: String?
    var type: String?

    /// Whether a missing volume is to be created. As in virt-install, only `sparse=no` without
    /// other values prevents that.
    var describesNewVolume: Bool {
        format != nil || size ?? 0 != 0 || isSparse || backing != nil
    }

    init() {}

    /// Removes the values from those that are left to apply.
    init(_ values: inout OptionValues) throws {
        backing = values.remove("backing_store") ?? nil
        backingFormat = values.remove("backing_format") ?? nil
        pool = values.remove("pool") ?? nil
        volume = values.remove("vol") ?? nil
        if let size = values.remove("size") ?? nil {
            guard let number = Double(size.trimmed) else {
                throw InstallFailure(
                    "Improper value for 'size': could not convert string to float: "
                        + pythonQuoted(size))
            }
            self.size = number
        }
        format = values.remove("format") ?? nil
        if let sparse = values.remove("sparse") ?? nil {
            isSparse = try yesOrNo(sparse, key: "sparse")
        }
        // An old name, which `--disk=?` does not list.
        switch values.remove("perms") ?? nil {
        case "ro"?: values.set("readonly", "on")
        case "sh"?: values.set("shareable", "on")
        case "rw"?, nil: break
        case let other?: throw InstallFailure("Unknown 'perms' value '\(other)'")
        }
        type = values.remove("type") ?? nil
        if let volume, !volume.isEmpty {
            let parts = volume.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count == 2 else {
                throw OptionMistake("Storage volume must be specified as vol=poolname/volname")
            }
            pool = String(parts[0])
            self.volume = String(parts[1])
        }
    }
}

private func finishDisk(_ run: OptionRun, _ request: DiskRequest) throws {
    let (guest, disk) = (run.guest, run.node)
    let host = guest.host
    var poolName = request.pool
    // A size alone asks for a volume in the default pool.
    if request.size ?? 0 != 0, request.volume ?? "" == "", poolName ?? "" == "",
        try guest.resolveStorage(of: disk).path == nil, guest.diskType(disk) == "file"
    {
        poolName = "default"
    }
    var pool: PoolEntry?
    if let name = poolName, !name.isEmpty {
        let found = try name == "default" ? host.defaultPool() : host.pool(named: name)
        // A new object: `found` may be from the cache and its XML out of date.
        let running = try host.pool(named: found.name)
        try running.start()
        pool = running
    }
    if let name = request.volume, !name.isEmpty, let known = pool {
        let volume = try known.pool.volume(name: name)
        try guest.setStorage(
            try DiskStorage(path: nil, volume: volume, pool: known, host: host), of: disk)
        // The volume exists, so there is nothing to create in the pool.
        pool = nil
    }
    let known = guest.storage[disk]
    let isMissing = known.map { !$0.exists } ?? false
    if pool != nil || isMissing, request.describesNewVolume {
        let plan = try planVolume(request, in: pool, storage: known, guest)
        try guest.setStorage(DiskStorage(plan), of: disk)
    }
    try validateDisk(disk, of: guest)
}

/// The volume to create for a disk.
private func planVolume(
    _ request: DiskRequest, in pool: PoolEntry?, storage: DiskStorage?, _ guest: Guest
) throws -> VolumePlan {
    let home = pool ?? storage?.pool
    var name = pool == nil ? splitPath(storage?.path ?? "").name : nil
    var format = request.format
    // virt-install's default format; other kinds of volumes have none.
    if let home, format == nil || format == "", home.volumeKind == .file {
        format = guest.host.isQEMU || guest.host.isTest ? "qcow2" : "raw"
    }
    // Without a path, choose a name that is free in the pool and among the guest's other disks.
    if name == nil, let home {
        let suffix = format.map { $0 == "raw" ? ".img" : $0.isEmpty ? "" : "." + $0 } ?? ""
        try home.start(refreshing: true)
        let taken = guest.devices("disk").compactMap { disk -> String? in
            guard let path = guest.storage[disk]?.path, let target = home.target else { return nil }
            let (folder, name) = splitPath(path)
            return folder == target ? name : nil
        }
        name = freeName(guest.name ?? "disk", suffix: suffix) { name in
            taken.contains(name) || home.hasVolume(named: name)
        }
    }
    let volume = name ?? ""
    guard let size = request.size else {
        throw OptionMistake("Size must be specified for non existent volume '\(volume)'")
    }
    guard let home else {
        throw OptionMistake(
            "Don't know how to create storage for path '\(volume)'. Use libvirt APIs to manage "
                + "the parent directory as a pool first.")
    }
    // The size is a fraction, so check its range before it becomes an integer.
    let bytes = size * 1024 * 1024 * 1024
    guard bytes >= 0, bytes < Double(UInt64.max) else {
        throw OptionMistake("a disk cannot have \(size) GiB")
    }
    try home.start()
    if let format, !format.isEmpty, home.volumeKind != .file {
        throw OptionMistake("Format attribute not supported for this volume type")
    }
    try guest.host.gate.checkNewVolume(volume, in: home.name)
    return VolumePlan(
        pool: home, name: volume, capacity: UInt64(bytes),
        allocation: request.isSparse ? 0 : UInt64(bytes), format: format == "" ? nil : format,
        backing: request.backing, backingFormat: request.backingFormat)
}
