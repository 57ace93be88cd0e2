import XML

extension InstallOption {
    /// virt-install 4.1.0: `ParserFilesystem`.
    static let filesystem = InstallOption(
        "filesystem", .device("filesystem"), first: ["source", "target"],
        sharing: [.clearXML, .xpath, .device, .virtio]
    ) { xml in
        xml.option("type", at: "@type")
        xml.option("accessmode", "mode", at: "@accessmode")
        xml.option("model", at: "@model")
        xml.option("multidevs", at: "@multidevs")
        xml.option("readonly", at: "readonly", .presence)
        xml.option("space_hard_limit", at: "space_hard_limit")
        xml.option("space_soft_limit", at: "space_soft_limit")
        xml.option("fmode", at: "@fmode")
        xml.option("dmode", at: "@dmode")
        // Must come after `type`, which decides where the source goes.
        xml.option("source") { run, value in run.set(sourcePath(run.value("@type")), value) }
        xml.option("target", at: "target/@dir")
        xml.option("source.file", at: "source/@file")
        xml.option("source.dir", at: "source/@dir")
        xml.option("source.dev", at: "source/@dev")
        xml.option("source.name", at: "source/@name")
        xml.option("source.pool", at: "source/@pool")
        xml.option("source.volume", at: "source/@volume")
        xml.option("source.units", at: "source/@units")
        xml.option("source.usage", at: "source/@usage")
        xml.option("source.socket", at: "source/socket")
        xml.option("target.dir", at: "target/@dir")
        xml.option("binary.path", at: "binary/@path")
        xml.option("binary.xattr", at: "binary/@xattr", .onOff)
        xml.option("binary.cache.mode", at: "binary/cache/@mode")
        xml.option("binary.lock.posix", at: "binary/lock/@posix", .onOff)
        xml.option("binary.lock.flock", at: "binary/lock/@flock", .onOff)
        xml.option("binary.sandbox.mode", at: "binary/sandbox/@mode")
        xml.option("driver.format", at: "driver/@format")
        xml.option("driver.name", at: "driver/@name")
        xml.option("driver.queue", at: "driver/@queue")
        xml.option("driver.type", at: "driver/@type")
        xml.option("driver.wrpolicy", at: "driver/@wrpolicy")
        xml.finish(checkTarget)
        xml.defaults { device, guest in
            guard guest.host.isQEMU || guest.host.isLXC || guest.host.isTest else { return }
            device.setIfMissing("@type", "mount")
            if device.value("driver/@type") != "virtiofs" {
                device.setIfMissing("@accessmode", "mapped")
            }
        }
    }
}

private func sourcePath(_ type: String?) -> String {
    switch type {
    case "template": "source/@name"
    case "file": "source/@file"
    case "block": "source/@dev"
    case "ram": "source/@usage"
    default: "source/@dir"
    }
}

private func checkTarget(_ run: OptionRun) throws {
    let host = run.guest.host
    guard let target = run.value("target/@dir"), !target.isEmpty else { return }
    // With QEMU the target is only a tag for the guest to mount.
    if host.isQEMU || host.isTest, [nil, "mount"].contains(run.value("@type")) { return }
    guard target.hasPrefix("/") else {
        throw OptionMistake("Filesystem target '\(target)' must be an absolute path")
    }
}
