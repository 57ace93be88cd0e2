import Libvirt
import XML

/// A storage pool and its description.
struct PoolEntry {
    let pool: StoragePool
    let xml: Node

    var name: String { xml.value("name") ?? "" }
    var type: String { xml["type"] ?? "" }
    /// The folder of its volumes, e.g. `/images`; `nil` where it has none.
    var target: String? { xml.value("target/path") }

    /// What its volumes are for a guest: `file`, `block` or `network`.
    var volumeKind: String {
        switch type {
        case "disk", "logical", "scsi", "mpath", "zfs": "block"
        case "gluster", "rbd", "iscsi", "sheepdog": "network"
        default: "file"
        }
    }

    init(_ pool: StoragePool) throws {
        self.pool = pool
        xml = try Document(parsing: try pool.xml(), keepBlanks: false).root
    }

    /// Starts it if it doesn't run.
    func start(refreshing: Bool = false) throws {
        if try !pool.info().isRunning { try pool.start() }
        if refreshing { try pool.refresh() }
    }
}
