import Host
import Libvirt
import XML

/// Where a disk's data is, or how it is to be made before the guest starts.
struct DiskStorage {
    /// A path or a URL; `nil` for a drive without a medium.
    var path: String?
    /// The type of disk that it makes: `file`, `block`, `dir` or `network`.
    var kind = "file"
    var volume: StorageVolume?
    var volumeXML: Node?
    var pool: PoolEntry?
    /// Whether there is something at the path.
    var exists = true
    /// The volume to make.
    var plan: VolumePlan?
    /// Whether this run made the volume, so that a failed run removes it.
    var wasMade = false
    /// Why the volume that the disk names was not found.
    var mistake: String?

    /// The format of what is there or will be, e.g. `qcow2`; `nil` where libvirt does not manage
    /// it.
    var format: String? {
        if let plan { return plan.format ?? "raw" }
        guard let volumeXML else { return nil }
        let type = volumeXML["type"] ?? pool?.volumeKind
        return type == "file" ? volumeXML.value("target/format/@type") : "raw"
    }

    /// No medium.
    init() {}

    /// What is at a path, or will be.
    init(path: String?, host: TargetHost) throws {
        guard let path, !path.isEmpty else {
            self.init()
            return
        }
        let place = try host.place(of: path)
        try self.init(path: place.path, volume: place.volume, pool: place.pool, host: host)
    }

    init(
        path: String?, volume: StorageVolume?, pool: PoolEntry?, host: TargetHost
    ) throws {
        self.path = path
        self.volume = volume
        self.pool = pool
        if let volume {
            let xml = try Document(parsing: try volume.xml(), keepBlanks: false).root
            volumeXML = xml
            self.path = xml.value("target/path")
        }
        kind = kindOfWhatIsThere(host)
        exists = isThere(host)
    }

    /// A volume that is to be made.
    init(_ plan: VolumePlan) {
        self.plan = plan
        path = plan.path
        pool = plan.pool
        kind = plan.pool.volumeKind
        exists = false
    }

    private func kindOfWhatIsThere(_ host: TargetHost) -> String {
        if let type = volumeXML?["type"] { return type }
        if let kind = pool?.volumeKind, kind != "file" { return kind }
        guard let path else { return "file" }
        if isURL(path) { return "network" }
        if host.isRemote { return host.canManage(path) ? "file" : "block" }
        if isDirectory(path) { return "dir" }
        return isBlockDevice(path) ? "block" : "file"
    }

    private func isThere(_ host: TargetHost) -> Bool {
        guard volume == nil, let path else { return true }
        if kind != "network", !host.isRemote, pathExists(path) { return true }
        if pool != nil { return false }
        return kind == "network" || (host.isRemote && !host.canManage(path))
    }
}
