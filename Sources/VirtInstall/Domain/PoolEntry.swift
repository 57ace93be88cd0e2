import Libvirt
import Policy
import XML

/// A storage pool and its XML.
struct PoolEntry {
    let pool: StoragePool
    let xml: Node
    /// Whether it may be started.
    private let mayStart: Bool

    var name: String { xml.value("name") ?? "" }
    var type: String { xml["type"] ?? "" }
    /// The directory of its volumes, e.g. `/images`; `nil` if it has none.
    var target: String? { xml.value("target/path") }

    /// A type of disk that a guest can have, as in the XML.
    enum VolumeKind: String { case file, block, network }

    /// The type of disk that a volume of the pool is for a guest.
    var volumeKind: VolumeKind {
        switch type {
        case "disk", "logical", "scsi", "mpath", "zfs": .block
        case "gluster", "rbd", "iscsi", "sheepdog": .network
        default: .file
        }
    }

    init(_ pool: StoragePool, mayStart: Bool = true) throws {
        self.pool = pool
        self.mayStart = mayStart
        xml = try Document(parsing: try pool.xml(), keepBlanks: false).root
    }

    func hasVolume(named name: String) -> Bool {
        do {
            _ = try pool.volume(name: name)
            return true
        } catch {
            return false  // Any other problem of the pool is an error when the volume is created.
        }
    }

    /// Starts the pool unless it is running.
    func start(refreshing: Bool = false) throws {
        if try !pool.info().isRunning {
            guard mayStart else { throw Denial("starting pool '\(name)' is not granted") }
            try pool.start()
        }
        if refreshing { try pool.refresh() }
    }
}
