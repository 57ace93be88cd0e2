import Libvirt
import XML

/// What the checks read of a storage pool.
struct PoolFacts: Hashable, Sendable {
    let name: String
    /// E.g. `dir`; `nil` if the pool does not exist.
    var type: String?
    var isActive = false
    var autostarts = false
    /// The directory of its volumes.
    var path = ""

    init(name: String) { self.name = name }

    init(_ name: String, _ connection: Connection) throws {
        self.name = name
        let pool: StoragePool
        do throws(LibvirtError) { pool = try connection.storagePool(name: name) } catch {
            if error.code == .noStoragePool { return }
            throw error
        }
        let document = try Document(parsing: pool.xml())
        type = document.root["type"] ?? ""
        path = try document.text("/pool/target/path") ?? ""
        isActive = try pool.isActive()
        autostarts = try pool.autostart()
    }
}
