import Libvirt
import XML

/// What speaks against a disk: others use it, or it will not fit.
/// virt-install 4.1.0: `validate_disk`.
func checkDisk(_ disk: Node, of guest: Guest, _ checks: Checks) throws {
    let path = try diskPath(disk, guest)
    if let path, !path.isEmpty {
        let names = try guestsUsing(path, disk, guest.host)
        if !names.isEmpty {
            try refuse(
                "Disk \(path) is already in use by other guests \(pythonList(names)).",
                unless: "path_in_use", checks, guest)
        }
    }
    guard let plan = guest.storage[disk]?.plan else { return }
    let available = try plan.pool.info().available
    if plan.capacity > available {
        try refuse(
            "The requested volume capacity will exceed the available pool space when the volume "
                + "is fully allocated. (\(plan.capacity >> 20) M requested capacity > "
                + "\(available >> 20) M available)",
            unless: "disk_size", checks, guest, warns: false)
    }
}

/// Where a disk's data is, whatever kind of source it has; `nil` for none.
private func diskPath(_ disk: Node, _ guest: Guest) throws -> String? {
    let storage = guest.storage[disk]
    if let path = storage?.plan?.path { return path }
    if let volume = storage?.volume { return try volume.path() }
    return try sourcePath(of: disk, on: guest.host)
}

/// The same for a disk of any guest.
private func sourcePath(of disk: Node, on host: TargetHost) throws -> String? {
    guard let source = disk.element("source") else { return nil }
    if let path = source["file"] ?? source["dev"] ?? source["dir"] { return path }
    if let pool = source["pool"], let volume = source["volume"] {
        do throws(LibvirtError) {
            return try host.connection.storagePool(name: pool).volume(name: volume).path()
        } catch {
            LibvirtError.forgetReported()  // what is gone uses nothing
            return nil
        }
    }
    guard let name = source["protocol"] else { return nil }
    return networkPath(source, name)
}

/// `rbd://host:6789/pool/image`, however the parts are spread in the XML.
private func networkPath(_ source: Node, _ name: String) -> String {
    let host = source.element("host")
    var path = name
    if let transport = host?["transport"] { path += "+\(transport)" }
    path += "://\(host?["name"] ?? "")"
    if host?["name"] != nil, let port = host?["port"] { path += ":\(port)" }
    guard let rest = source["name"] ?? host?["socket"] else { return path }
    return path + (rest.hasPrefix("/") ? "" : "/") + rest
}

private func guestsUsing(_ path: String, _ disk: Node, _ host: TargetHost) throws -> [String] {
    let guests = try host.otherGuests()
    guard !guests.isEmpty else { return [] }
    let isReadOnly = disk.has("readonly")
    let overlays = try host.overlays(of: path)
    return try guests.filter { guest in
        let boots = ["kernel", "initrd", "dtb"].compactMap { guest.value("os/\($0)") }
        if !isReadOnly, boots.contains(path) { return true }
        return try guest.elements(at: "devices/disk").contains { other in
            guard let used = try sourcePath(of: other, on: host) else { return false }
            if overlays.contains(used) { return true }
            return used == path && !(disk.has("shareable") && other.has("shareable"))
                && !(isReadOnly && other.has("readonly"))
        }
    }.compactMap { $0.value("name") }
}

extension TargetHost {
    /// The volumes whose contents build on a path, directly or through others.
    fileprivate func overlays(of path: String) throws -> [String] {
        let backings = try volumeBackings()
        var found: [String] = []
        var path = path
        while let overlay = backings[path], !found.contains(overlay) {
            found.append(overlay)
            path = overlay
        }
        return found
    }
}
