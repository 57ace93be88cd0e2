import Host
import Libvirt
import OSInfo
import XML

/// Type, driver, bus and target of a disk. virt-install 4.1.0: `DeviceDisk.set_defaults`.
func addDiskDefaults(_ disk: Node, of guest: Guest) throws {
    let set = { (path: String, value: String?) in
        if disk.value(path) == nil { disk.set(path, value) }
    }
    let facts = try DiskFacts(disk, guest)
    set("@device", "disk")
    let device = disk["device"] ?? "disk"
    set("@type", facts.type)
    if !facts.isEmpty { set("driver/@name", driverName(disk, guest)) }
    if disk.value("driver/@name") == "qemu", let format = facts.format {
        // A block device holds nothing but itself, and an image of a disc is no format of QEMU's.
        set("driver/@type", disk["type"] == "block" || format == "iso" ? "raw" : format)
    }
    set("target/@bus", try diskBus(device, guest))
    if device == "cdrom" { disk.make("readonly") }

    if guest.host.isQEMU, device == "disk" {
        if disk["type"] == "block" {
            set("driver/@cache", "none")
            set("driver/@io", "native")
            set("driver/@discard", "unmap")
        } else if let plan = guest.storage[disk]?.plan, plan.allocation == 0 {
            set("driver/@discard", "unmap")
        }
    }
    if !disk.has("target/@dev") { try addTarget(disk, device, guest) }
}

/// What a disk's storage is.
private struct DiskFacts {
    /// `file`, `block`, `dir`, `network`, `volume`.
    let type: String
    /// Whether it has no medium.
    let isEmpty: Bool
    /// The format of the image; `nil` where nobody knows it.
    let format: String?

    init(_ disk: Node, _ guest: Guest) throws {
        let storage = guest.storage[disk]
        let path = ["file", "dev", "dir"].lazy.compactMap { disk.value("source/@\($0)") }.first
        var volume: Node?
        if let plan = storage?.plan {
            volume = try Document(parsing: plan.xml).root
        } else if let known = storage?.volume {
            volume = try Document(parsing: try known.xml()).root
        }
        let pool = try storage?.pool.map { try Document(parsing: try $0.xml()).root }
        let kind = storageKind(volume: volume, pool: pool, path: path, guest.host)

        if disk.has("source/@pool") || disk.has("source/@volume") {
            type = "volume"
        } else if storage != nil {
            type = kind
        } else if disk.has("source/@protocol") {
            type = "network"
        } else {
            type = path == nil ? "file" : kind
        }
        isEmpty =
            path == nil && volume == nil && disk["type"] ?? type != "network"
        if let volume {
            // Where there are files, they have formats.
            let holdsFiles = kind == "file"
            format = holdsFiles ? volume.value("target/format/@type") : "raw"
        } else {
            format = nil
        }
    }
}

/// virt-install 4.1.0: `_get_dev_type` in diskbackend.py.
private func storageKind(volume: Node?, pool: Node?, path: String?, _ host: TargetHost) -> String {
    if let type = volume?["type"] { return type }
    switch pool?["type"] {
    case "disk", "logical", "scsi", "mpath", "zfs": return "block"
    case "gluster", "rbd", "iscsi", "sheepdog": return "network"
    default: break
    }
    guard let path else { return "file" }
    if isURL(path) { return "network" }
    if host.isRemote {
        let isSpecial = ["/dev", "/sys", "/proc"].contains {
            path == $0 || path.hasPrefix($0 + "/")
        }
        return isSpecial ? "block" : "file"
    }
    return isDirectory(path) ? "dir" : isBlockDevice(path) ? "block" : "file"
}

/// Whether a path has a scheme as `gluster://` or `nbd+unix://`.
func isURL(_ path: String) -> Bool {
    guard let separator = path.firstRange(of: "://") else { return false }
    let parts = path[..<separator.lowerBound].split(
        separator: "+", omittingEmptySubsequences: false)
    return parts.count <= 2
        && parts.allSatisfy { part in
            !part.isEmpty && part.allSatisfy { $0.isASCII && $0.isLetter }
        }
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
    if device == "cdrom", !guest.isX86, try guest.supportsVirtio(.virtioSCSI) { return "scsi" }
    if guest.isARM { return "sd" }
    return guest.isQ35 || guest.host.isBhyve ? "sata" : "ide"
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
    // The first that is free behind those in use; where others lie further on, the first at all.
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

/// 1 as `a`, 26 as `z`, 27 as `aa`.
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
