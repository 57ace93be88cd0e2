import CLibvirt
import Policy

/// A storage volume of the host. C: `virStorageVolPtr`.
package final class StorageVolume: Sendable {
    // Safe to share: libvirt does its own reference counting and locking.
    nonisolated(unsafe) let pointer: virStorageVolPtr

    /// Takes ownership of a reference that libvirt returned.
    init(adopting pointer: virStorageVolPtr) { self.pointer = pointer }
    deinit { virStorageVolFree(pointer) }

    /// The name, unique in its pool. C: `virStorageVolGetName`.
    package func name() throws(LibvirtError) -> String {
        String(libvirt: try check(virStorageVolGetName(pointer)))
    }

    /// The volume's identifier on the host, usually its path. C: `virStorageVolGetKey`.
    package func key() throws(LibvirtError) -> String {
        String(libvirt: try check(virStorageVolGetKey(pointer)))
    }

    /// The host path, e.g. `/var/lib/libvirt/images/9.6.img`. C: `virStorageVolGetPath`.
    package func path() throws(LibvirtError) -> String {
        // A path must be freed, a name must not.
        String(freeing: try check(virStorageVolGetPath(pointer)))
    }

    /// The description, a document `<volume>`. C: `virStorageVolGetXMLDesc`.
    package func xml() throws(LibvirtError) -> String {
        String(freeing: try check(virStorageVolGetXMLDesc(pointer, 0)))
    }

    /// The pool that contains the volume. C: `virStoragePoolLookupByVolume`.
    package func pool() throws(LibvirtError) -> StoragePool {
        StoragePool(adopting: try check(virStoragePoolLookupByVolume(pointer)))
    }

    /// What a volume is on the host. C: `virStorageVolType`.
    package enum Kind: Int32, Sendable {
        case file, block
        /// A directory. C: `VIR_STORAGE_VOL_DIR`.
        case directory
        case network
        /// A directory of a network file system. C: `VIR_STORAGE_VOL_NETDIR`.
        case networkDirectory
        /// A Virtuozzo image, which is a directory. C: `VIR_STORAGE_VOL_PLOOP`.
        case ploop
    }

    /// A volume's kind and sizes. C: `virStorageVolInfo`.
    package struct Info: Sendable {
        /// `nil` if libvirt reports a kind that is not known here.
        package let kind: Kind?
        /// The size in bytes that a guest sees.
        package let capacity: UInt64
        /// The size in bytes that the volume uses on the host.
        package let allocation: UInt64

        init(_ info: virStorageVolInfo) {
            kind = Kind(rawValue: info.type)
            capacity = info.capacity
            allocation = info.allocation
        }
    }

    /// What `Info.allocation` is. C: `virStorageVolInfoFlags`.
    package struct InfoFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        /// The size of the file or device. C: `VIR_STORAGE_VOL_GET_PHYSICAL`.
        package static let physical = Self(rawValue: VIR_STORAGE_VOL_GET_PHYSICAL.rawValue)
    }

    /// The kind and the sizes in bytes; `.physical` makes `allocation` the size of the file.
    /// C: `virStorageVolGetInfo`, `virStorageVolGetInfoFlags`.
    package func info(_ flags: InfoFlags = []) throws(LibvirtError) -> Info {
        var info = virStorageVolInfo()
        if flags.isEmpty {  // not every driver implements the call with flags
            try check(virStorageVolGetInfo(pointer, &info))
        } else {
            try check(virStorageVolGetInfoFlags(pointer, &info, flags.rawValue))
        }
        return Info(info)
    }

    /// What is deleted with a volume. C: `virStorageVolDeleteFlags`.
    package struct DeleteFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        package static let withSnapshots = Self(
            rawValue: VIR_STORAGE_VOL_DELETE_WITH_SNAPSHOTS.rawValue)
    }

    /// Deletes the volume and its contents. C: `virStorageVolDelete`.
    package func delete(_ flags: DeleteFlags = []) throws(LibvirtError) {
        try check(virStorageVolDelete(pointer, flags.rawValue))
    }

    /// What a new size means. C: `virStorageVolResizeFlags`.
    package struct ResizeFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virStorageVolResizeFlags) { rawValue = flag.rawValue }
        /// Allocate the added space on the host at once.
        package static let allocate = Self(VIR_STORAGE_VOL_RESIZE_ALLOCATE)
        /// The size is a difference, added or with `.shrink` subtracted.
        package static let delta = Self(VIR_STORAGE_VOL_RESIZE_DELTA)
        package static let shrink = Self(VIR_STORAGE_VOL_RESIZE_SHRINK)
    }

    /// Sets the capacity, in bytes. C: `virStorageVolResize`.
    package func resize(to capacity: UInt64, _ flags: ResizeFlags = []) throws(LibvirtError) {
        try check(virStorageVolResize(pointer, capacity, flags.rawValue))
    }

    /// Overwrites the contents with zeros. C: `virStorageVolWipe`.
    package func wipe() throws(LibvirtError) {
        try check(virStorageVolWipe(pointer, 0))
    }

    /// What a volume is overwritten with. C: `virStorageVolWipeAlgorithm`.
    package enum WipeAlgorithm: UInt32, CaseIterable, Sendable {
        case zero, nnsa, dod, bsi, gutmann, schneier, pfitzner7, pfitzner33, random, trim
    }

    /// Overwrites the contents by an algorithm. C: `virStorageVolWipePattern`.
    package func wipe(_ algorithm: WipeAlgorithm) throws(LibvirtError) {
        try check(virStorageVolWipePattern(pointer, algorithm.rawValue, 0))
    }
}

extension StoragePool {
    /// The volume with this name. `LibvirtError.Code.noStorageVolume` if there is none.
    /// C: `virStorageVolLookupByName`.
    package func volume(name: String) throws(LibvirtError) -> StorageVolume {
        StorageVolume(adopting: try check(virStorageVolLookupByName(pointer, name)))
    }

    /// All volumes, in no order. C: `virStoragePoolListAllVolumes`.
    package func volumes() throws(LibvirtError) -> [StorageVolume] {
        try adoptList(
            { virStoragePoolListAllVolumes(pointer, $0, 0) }, StorageVolume.init(adopting:))
    }

    /// How a volume is created. C: `virStorageVolCreateFlags`.
    package struct VolumeCreateFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virStorageVolCreateFlags) { rawValue = flag.rawValue }
        package static let preallocateMetadata = Self(VIR_STORAGE_VOL_CREATE_PREALLOC_METADATA)
        package static let reflink = Self(VIR_STORAGE_VOL_CREATE_REFLINK)
        package static let validate = Self(VIR_STORAGE_VOL_CREATE_VALIDATE)
    }

    /// Creates a volume from a document `<volume>`. C: `virStorageVolCreateXML`.
    package func createVolume(
        xml: PermittedXML, _ flags: VolumeCreateFlags = []
    ) throws(LibvirtError) -> StorageVolume {
        StorageVolume(
            adopting: try check(virStorageVolCreateXML(pointer, xml.text.cText, flags.rawValue)))
    }

    /// Creates a volume with the contents of another. C: `virStorageVolCreateXMLFrom`.
    package func createVolume(
        xml: PermittedXML, from original: StorageVolume, _ flags: VolumeCreateFlags = []
    ) throws(LibvirtError) -> StorageVolume {
        StorageVolume(
            adopting: try check(
                virStorageVolCreateXMLFrom(
                    pointer, xml.text.cText, original.pointer, flags.rawValue)))
    }
}

extension Connection {
    /// The volume with this key; see `StoragePool.volume`. C: `virStorageVolLookupByKey`.
    package func storageVolume(key: String) throws(LibvirtError) -> StorageVolume {
        guard policy.showsAllObjects else {
            return try grantedVolume(
                "Storage volume not found: no storage vol with matching key \(key)"
            ) { (volume) throws(LibvirtError) in isSame(try volume.key(), key) }
        }
        return StorageVolume(adopting: try check(virStorageVolLookupByKey(pointer, key)))
    }

    /// The volume with this path; see `StoragePool.volume`. C: `virStorageVolLookupByPath`.
    package func storageVolume(path: String) throws(LibvirtError) -> StorageVolume {
        guard policy.showsAllObjects else {
            return try grantedVolume(
                "Storage volume not found: no storage vol with matching path '\(path)'"
            ) { (volume) throws(LibvirtError) in isSame(try volume.path(), path) }
        }
        return StorageVolume(adopting: try check(virStorageVolLookupByPath(pointer, path)))
    }
}
