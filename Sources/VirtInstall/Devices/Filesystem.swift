extension InstallOption {
    static let filesystem = InstallOption(
        "filesystem", at: "devices/filesystem", makes: true, first: ["source", "target"],
        sharing: [.clearXML, .xpath, .device, .virtio], take: takeFilesystem,
        finish: checkFilesystem,
        table: """
            type @type call
            accessmode|mode @accessmode
            model @model
            multidevs @multidevs
            readonly readonly presence
            space_hard_limit space_hard_limit
            space_soft_limit space_soft_limit
            fmode @fmode
            dmode @dmode
            source - call
            target target/@dir
            source.file source/@file
            source.dir source/@dir
            source.dev source/@dev
            source.name source/@name
            source.pool source/@pool
            source.volume source/@volume
            source.units source/@units
            source.usage source/@usage
            source.socket source/socket
            target.dir target/@dir
            binary.path binary/@path
            binary.xattr binary/@xattr onoff
            binary.cache.mode binary/cache/@mode
            binary.lock.posix binary/lock/@posix onoff
            binary.lock.flock binary/lock/@flock onoff
            binary.sandbox.mode binary/sandbox/@mode
            driver.format driver/@format
            driver.name driver/@name
            driver.queue driver/@queue
            driver.type driver/@type
            driver.wrpolicy driver/@wrpolicy
            """)
}

/// Where the source is depends on the type.
private func sourcePath(_ type: String?) -> String {
    switch type {
    case "template": "source/@name"
    case "file": "source/@file"
    case "block": "source/@dev"
    case "ram": "source/@usage"
    default: "source/@dir"
    }
}

private func takeFilesystem(_ run: OptionRun, _ row: Row, _ value: String?) throws {
    if row.names[0] == "type" {
        run.set(row, value)
    } else {
        run.set(sourcePath(run.value("@type")), value)
    }
}

private func checkFilesystem(_ run: OptionRun) throws {
    let host = run.guest.host
    guard let target = run.value("target/@dir"), !target.isEmpty else { return }
    if host.isQEMU || host.isTest, [nil, "mount"].contains(run.value("@type")) { return }
    guard target.hasPrefix("/") else {
        throw OptionMistake("Filesystem target '\(target)' must be an absolute path")
    }
}
