import CLibvirt

/// A storage volume of the host. C: `virStorageVolPtr`.
package final class StorageVolume: Sendable {
    // Safe to share: libvirt counts references and locks inside.
    nonisolated(unsafe) let pointer: virStorageVolPtr

    /// Adopts the reference that libvirt handed to its caller.
    init(adopting pointer: virStorageVolPtr) { self.pointer = pointer }
    deinit { virStorageVolFree(pointer) }

    /// Its name, unique in its pool. C: `virStorageVolGetName`.
    package func name() throws(LibvirtError) -> String {
        String(libvirt: try check(virStorageVolGetName(pointer)))
    }

    /// What it is known by on the host; mostly its path. C: `virStorageVolGetKey`.
    package func key() throws(LibvirtError) -> String {
        String(libvirt: try check(virStorageVolGetKey(pointer)))
    }

    /// The host path, e.g. `/var/lib/libvirt/images/9.6.img`. C: `virStorageVolGetPath`.
    package func path() throws(LibvirtError) -> String {
        String(freeing: try check(virStorageVolGetPath(pointer)))  // ours to free; a name is not
    }

    /// Its description. C: `virStorageVolGetXMLDesc`.
    package func xml() throws(LibvirtError) -> String {
        String(freeing: try check(virStorageVolGetXMLDesc(pointer, 0)))
    }

    /// The pool that it is in. C: `virStoragePoolLookupByVolume`.
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
        /// Bytes that a guest sees.
        package let capacity: UInt64
        /// Bytes that it takes on the host.
        package let allocation: UInt64

        init(_ info: virStorageVolInfo) {
            kind = Kind(rawValue: info.type)
            capacity = info.capacity
            allocation = info.allocation
        }
    }

    /// C: `virStorageVolInfoFlags`.
    package struct InfoFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        package static let physical = Self(rawValue: VIR_STORAGE_VOL_GET_PHYSICAL.rawValue)
    }

    /// The kind and the sizes in bytes; `.physical` makes `allocation` the size of the file.
    /// C: `virStorageVolGetInfo`, `virStorageVolGetInfoFlags`.
    package func info(_ flags: InfoFlags = []) throws(LibvirtError) -> Info {
        var info = virStorageVolInfo()
        if flags.isEmpty {  // not every driver has the call with flags
            try check(virStorageVolGetInfo(pointer, &info))
        } else {
            try check(virStorageVolGetInfoFlags(pointer, &info, flags.rawValue))
        }
        return Info(info)
    }

    /// C: `virStorageVolDeleteFlags`.
    package struct DeleteFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        package static let withSnapshots = Self(
            rawValue: VIR_STORAGE_VOL_DELETE_WITH_SNAPSHOTS.rawValue)
    }

    /// Removes it and what it stores. C: `virStorageVolDelete`.
    package func delete(_ flags: DeleteFlags = []) throws(LibvirtError) {
        try check(virStorageVolDelete(pointer, flags.rawValue))
    }

    /// C: `virStorageVolResizeFlags`.
    package struct ResizeFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virStorageVolResizeFlags) { rawValue = flag.rawValue }
        /// Takes the new room on the host at once.
        package static let allocate = Self(VIR_STORAGE_VOL_RESIZE_ALLOCATE)
        /// The size is what is added, or with `.shrink` taken away.
        package static let delta = Self(VIR_STORAGE_VOL_RESIZE_DELTA)
        package static let shrink = Self(VIR_STORAGE_VOL_RESIZE_SHRINK)
    }

    /// Sets the capacity, in bytes. C: `virStorageVolResize`.
    package func resize(to capacity: UInt64, _ flags: ResizeFlags = []) throws(LibvirtError) {
        try check(virStorageVolResize(pointer, capacity, flags.rawValue))
    }

    /// Overwrites what it stores with zeros. C: `virStorageVolWipe`.
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
    /// C: `virStorageVolLookupByName`.
    package func volume(name: String) throws(LibvirtError) -> StorageVolume {
        StorageVolume(adopting: try check(virStorageVolLookupByName(pointer, name)))
    }

    /// Its volumes, in no order. C: `virStoragePoolListAllVolumes`.
    package func volumes() throws(LibvirtError) -> [StorageVolume] {
        try adoptList(
            { virStoragePoolListAllVolumes(pointer, $0, 0) }, StorageVolume.init(adopting:))
    }

    /// How a volume is made. C: `virStorageVolCreateFlags`.
    package struct VolumeCreateFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virStorageVolCreateFlags) { rawValue = flag.rawValue }
        package static let preallocateMetadata = Self(VIR_STORAGE_VOL_CREATE_PREALLOC_METADATA)
        package static let reflink = Self(VIR_STORAGE_VOL_CREATE_REFLINK)
        package static let validate = Self(VIR_STORAGE_VOL_CREATE_VALIDATE)
    }

    /// C: `virStorageVolCreateXML`.
    package func createVolume(
        xml: String, _ flags: VolumeCreateFlags = []
    ) throws(LibvirtError) -> StorageVolume {
        StorageVolume(
            adopting: try check(virStorageVolCreateXML(pointer, xml.cText, flags.rawValue)))
    }

    /// Makes a volume with the contents of another. C: `virStorageVolCreateXMLFrom`.
    package func createVolume(
        xml: String, from original: StorageVolume, _ flags: VolumeCreateFlags = []
    ) throws(LibvirtError) -> StorageVolume {
        StorageVolume(
            adopting: try check(
                virStorageVolCreateXMLFrom(pointer, xml.cText, original.pointer, flags.rawValue)))
    }
}

extension Connection {
    /// C: `virStorageVolLookupByKey`.
    package func storageVolume(key: String) throws(LibvirtError) -> StorageVolume {
        StorageVolume(adopting: try check(virStorageVolLookupByKey(pointer, key)))
    }

    /// C: `virStorageVolLookupByPath`.
    package func storageVolume(path: String) throws(LibvirtError) -> StorageVolume {
        StorageVolume(adopting: try check(virStorageVolLookupByPath(pointer, path)))
    }
}
