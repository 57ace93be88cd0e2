import Host
import Libvirt

/// virsh 9.0.0: `virshStoragePoolStateToString`.
func poolStateName(_ state: Int32) -> String {
    let names = ["inactive", "building", "running", "degraded", "inaccessible"]
    return names.indices.contains(Int(state)) ? names[Int(state)] : "unknown"
}

extension Shell {
    func persistence(of pool: StoragePool) -> String {
        tolerating { () throws(LibvirtError) in try pool.isPersistent() ? "yes" : "no" }
            ?? "unknown"
    }

    func autostart(of pool: StoragePool) -> String {
        tolerating { () throws(LibvirtError) in try pool.autostart() ? "yes" : "no" }
            ?? "no autostart"
    }
}

/// A size with a suitable unit, e.g. `1.50 GiB`.
func sizeText(_ bytes: UInt64) -> String {
    let (value, unit) = prettyCapacity(bytes)
    return "\(fixed(value, 2)) \(unit)"
}
