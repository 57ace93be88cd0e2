import InstallMedia
import OSInfo
import XML

/// The default type, driver, bus and target of a disk. virt-install 4.1.0:
/// `DeviceDisk.set_defaults`.
func addDiskDefaults(_ disk: Node, _ guest: Guest) throws {
    let storage = try guest.resolveStorage(of: disk)
    disk.setIfMissing("@device", "disk")
    let device = disk["device"] ?? "disk"
    guest.settleDiskType(disk)
    if let path = storage.path, !path.isEmpty {
        disk.setIfMissing("driver/@name", driverName(disk, guest))
    }
    if disk.value("driver/@name") == "qemu" {
        // libvirt reports the format `iso`, which is not one of QEMU's.
        let isRaw = disk["type"] == "block" || storage.format == "iso"
        disk.setIfMissing("driver/@type", isRaw ? "raw" : storage.format)
    }
    disk.setIfMissing("target/@bus", try diskBus(device, guest))
    if device == "cdrom" { disk.make("readonly") }

    // Settings for speed: a block device has its own cache, and a sparse file can shrink again.
    if guest.host.isQEMU, device == "disk" {
        if disk["type"] == "block" {
            disk.setIfMissing("driver/@cache", "none")
            disk.setIfMissing("driver/@io", "native")
            disk.setIfMissing("driver/@discard", "unmap")
        } else if let plan = storage.plan, plan.allocation == 0 {
            disk.setIfMissing("driver/@discard", "unmap")
        }
    }
    if !disk.has("target/@dev") { try addTarget(disk, device, guest) }
}

private func driverName(_ disk: Node, _ guest: Guest) -> String? {
    if guest.host.isXen, disk["type"] == "block" { return "phy" }
    return guest.host.isQEMU || guest.host.isXen ? "qemu" : nil
}

private func diskBus(_ device: String, _ guest: Guest) throws -> String {
    if device == "floppy" { return "fdc" }
    if guest.isXenPV { return "xen" }
    if !guest.isHVM { return "ide" }
    if device == "disk", try guest.supportsVirtio(.virtioDisk) { return "virtio" }
    let isSATA = guest.isQ35 || guest.host.isBhyve
    if guest.version >= .v51 {
        if isSATA { return "sata" }
        if guest.isX86 { return "ide" }
        if device == "cdrom", try guest.supportsVirtio(.virtioSCSI) { return "scsi" }
        return guest.machine?.hasPrefix("vexpress") ?? false ? "sd" : "usb"
    }
    // Other architectures have no IDE.
    if device == "cdrom", !guest.isX86, try guest.supportsVirtio(.virtioSCSI) { return "scsi" }
    if guest.isARM { return "sd" }
    return isSATA ? "sata" : "ide"
}

// MARK: - target

private func addTarget(_ disk: Node, _ device: String, _ guest: Guest) throws {
    let bus = disk.value("target/@bus") ?? ""
    let (prefix, limit) =
        switch bus {
        case "virtio": ("vd", 1024)
        case "xen": ("xvd", 1024)
        case "fdc": ("fd", 2)
        default: device == "floppy" ? ("fd", 2) : bus == "ide" ? ("hd", 4) : ("sd", 1024)
        }
    var used = guest.devices("disk").compactMap { $0.value("target/@dev") }.filter {
        $0.hasPrefix(prefix)
    }
    // As in virt-install: the first free name after all names in use. If a name in use is out of
    // range, the first free name.
    var first: String?
    for number in 1...limit {
        let target = prefix + letters(number)
        if let index = used.firstIndex(of: target) {
            used.remove(at: index)
        } else if used.isEmpty {
            return disk.set("target/@dev", target)
        } else if first == nil {
            first = target
        }
    }
    guard let first else {
        throw InstallFailure(
            "Only \(limit) disks for bus '\(bus)' are supported")
    }
    disk.set("target/@dev", first)
}

/// The letters for a number: `a` for 1, `z` for 26, `aa` for 27.
private func letters(_ number: Int) -> String {
    var rest = number
    var text = ""
    while rest > 0 {
        let letter = UnicodeScalar(UInt8(ascii: "a") + UInt8((rest - 1) % 26))
        text = String(letter) + text
        rest = (rest - 1) / 26
    }
    return text
}
