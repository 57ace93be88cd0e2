import Libvirt
import Text

extension StoragePool.State: VirshNamed {
    /// virsh 9.0.0: `virshStoragePoolStateToString`.
    var name: String {
        switch self {
        case .inactive: "inactive"
        case .building: "building"
        case .running: "running"
        case .degraded: "degraded"
        case .inaccessible: "inaccessible"
        }
    }
}

extension Shell {
    func persistence(of pool: StoragePool) -> String {
        tolerating { () throws(LibvirtError) in try pool.isPersistent() ? "yes" : "no" }
            ?? "unknown"
    }

    func autostart(of pool: StoragePool) -> String {
        tolerating { () throws(LibvirtError) in try pool.autostart() ? "yes" : "no" }
            ?? unknownAutostart
    }

    /// Shown if libvirt does not tell whether an object has autostart.
    var unknownAutostart: String { version < .init(12, 0) ? "no autostart" : "unknown" }
}

/// A size with a suitable unit, e.g. `1.50 GiB`.
func sizeText(_ bytes: UInt64) -> String {
    let (value, unit) = prettyCapacity(bytes)
    return "\(fixed(value, 2)) \(unit)"
}
