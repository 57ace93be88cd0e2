import InstallMedia
import Libvirt
import System
import Text
import XML

/// The storage of a disk: an existing one, or the plan for a new volume.
struct DiskStorage {
    /// A path or a URL; `nil` for an empty drive.
    var path: String?
    /// The type of disk for the guest, which is the type of the volume if there is one: `file`,
    /// `block`, `dir` or `network`.
    var kind = "file"
    var volume: StorageVolume?
    var volumeXML: Node?
    var pool: PoolEntry?
    var exists = true
    /// The volume to create.
    var plan: VolumePlan?
    /// Whether this run has created the volume.
    var wasCreated = false
    /// Why the volume that the disk names was not found.
    var mistake: String?

    /// The format of the data, e.g. `qcow2`; `nil` if it is not in a volume.
    var format: String? {
        if let plan { return plan.format ?? "raw" }
        guard let volumeXML else { return nil }
        let type = volumeXML["type"] ?? pool?.volumeKind.rawValue
        return type == "file" ? volumeXML.value("target/format/@type") : "raw"
    }

    /// An empty drive.
    init() {}

    /// A file of the run's own.
    init(scratchFile path: String) { self.path = path }

    /// The storage at a path, which may not exist yet.
    init(path: String?, host: TargetHost) throws {
        guard let path, !path.isEmpty else {
            self.init()
            return
        }
        // The name of a volume in a network pool may look like a relative path.
        if path.hasPrefix("/") || !host.isNetworkVolume(path) { try host.files.checkPlace(path) }
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
        kind = detectKind(host)
        exists = detectExistence(host)
    }

    /// A volume to create.
    init(_ plan: VolumePlan) {
        self.plan = plan
        path = plan.path
        pool = plan.pool
        kind = plan.pool.volumeKind.rawValue
        exists = false
    }

    private func detectKind(_ host: TargetHost) -> String {
        if let type = volumeXML?["type"] { return type }
        if let kind = pool?.volumeKind, kind != .file { return kind.rawValue }
        guard let path else { return "file" }
        if isURL(path) { return "network" }
        // The file system of another host cannot be examined from here.
        if host.isRemote { return host.canManage(path) ? "file" : "block" }
        if isDirectory(path) { return "dir" }
        return isBlockDevice(path) ? "block" : "file"
    }

    private func detectExistence(_ host: TargetHost) -> Bool {
        guard volume == nil, let path else { return true }
        if kind != "network", !host.isRemote, pathExists(path) { return true }
        // The pool was refreshed, so it would know the volume.
        if pool != nil { return false }
        return kind == "network" || (host.isRemote && !host.canManage(path))
    }
}
