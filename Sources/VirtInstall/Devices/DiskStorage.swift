import Libvirt

/// Where a disk's storage is, or how it is to be made when the guest is.
struct DiskStorage {
    /// The pool and the volume that hold it; `nil` where libvirt manages none of it.
    var pool: StoragePool?
    var volume: StorageVolume?
    /// The volume to make before the guest starts; see `VolumePlan`.
    var plan: VolumePlan?
    /// Whether this run made the volume, so that a failed run removes it.
    var wasMade = false
}

/// A volume that is to be made.
struct VolumePlan {
    let pool: StoragePool
    let name: String
    /// The document `<volume>` for libvirt.
    let xml: String
    /// Where it will be.
    let path: String
    let capacity: UInt64
    let allocation: UInt64
}
