import InstallMedia
import XML

extension InstallOption {
    /// virt-install 4.1.0: `ParserFilesystem`.
    static let filesystem = InstallOption(
        "filesystem", .device("filesystem"), first: ["source", "target"],
        sharing: [.clearXML, .xpath, .device, .virtio]
    ) { xml in
        xml.option("type", at: "@type", roles: .refused)
        xml.option("accessmode", "mode", at: "@accessmode", roles: .refused)
        xml.option("model", at: "@model", roles: .refused)
        xml.option("multidevs", at: "@multidevs", roles: .refused)
        xml.option("readonly", at: "readonly", .presence, roles: .refused)
        xml.option("space_hard_limit", at: "space_hard_limit", roles: .refused)
        xml.option("space_soft_limit", at: "space_soft_limit", roles: .refused)
        xml.option("fmode", at: "@fmode", roles: .refused)
        xml.option("dmode", at: "@dmode", roles: .refused)
        // Must come after `type`, which decides where the source goes.
        xml.option("source", roles: .refused) { run, value in
            run.set(sourcePath(run.value("@type")), value)
        }
        xml.option("target", at: "target/@dir", roles: .refused)
        xml.option("source.file", at: "source/@file", roles: .refused)
        xml.option("source.dir", at: "source/@dir", roles: .refused)
        xml.option("source.dev", at: "source/@dev", roles: .refused)
        xml.option("source.name", at: "source/@name", roles: .refused)
        xml.option("source.pool", at: "source/@pool", roles: .refused)
        xml.option("source.volume", at: "source/@volume", roles: .refused)
        xml.option("source.units", at: "source/@units", roles: .refused)
        xml.option("source.usage", at: "source/@usage", roles: .refused)
        xml.before(.v50) { xml in
            xml.option("source.socket", at: "source/socket", roles: .refused)
        }
        xml.since(.v50) { xml in
            xml.option("source.socket", at: "source/@socket", roles: .refused)
        }
        xml.option("target.dir", at: "target/@dir", roles: .refused)
        xml.option("binary.path", at: "binary/@path", roles: .refused)
        xml.option("binary.xattr", at: "binary/@xattr", .onOff, roles: .refused)
        xml.option("binary.cache.mode", at: "binary/cache/@mode", roles: .refused)
        xml.option("binary.lock.posix", at: "binary/lock/@posix", .onOff, roles: .refused)
        xml.option("binary.lock.flock", at: "binary/lock/@flock", .onOff, roles: .refused)
        xml.option("binary.sandbox.mode", at: "binary/sandbox/@mode", roles: .refused)
        xml.option("driver.format", at: "driver/@format", roles: .refused)
        xml.option("driver.name", at: "driver/@name", roles: .refused)
        xml.option("driver.queue", at: "driver/@queue", roles: .refused)
        xml.option("driver.type", at: "driver/@type", roles: .refused)
        xml.option("driver.wrpolicy", at: "driver/@wrpolicy", roles: .refused)
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
