import CLibvirt
import Policy

/// A storage pool of the host. C: `virStoragePoolPtr`.
package final class StoragePool: Sendable {
    // Safe to share: libvirt does its own reference counting and locking.
    nonisolated(unsafe) let pointer: virStoragePoolPtr

    /// Takes ownership of a reference that libvirt returned.
    init(adopting pointer: virStoragePoolPtr) { self.pointer = pointer }
    deinit { virStoragePoolFree(pointer) }

    /// The name, unique on the host. C: `virStoragePoolGetName`.
    package func name() throws(LibvirtError) -> String {
        String(libvirt: try check(virStoragePoolGetName(pointer)))
    }

    /// The UUID, e.g. `4dea22b3-1d52-d8f3-2516-782e98ab3fa0`.
    /// C: `virStoragePoolGetUUIDString`.
    package func uuid() throws(LibvirtError) -> String {
        try uuidText { (text) throws(LibvirtError) in
            try check(virStoragePoolGetUUIDString(pointer, text))
        }
    }

    /// Whether the pool is started, so that its volumes can be used. C: `virStoragePoolIsActive`.
    package func isActive() throws(LibvirtError) -> Bool {
        try check(virStoragePoolIsActive(pointer)) == 1
    }

    /// Whether the pool stays defined when it is stopped. C: `virStoragePoolIsPersistent`.
    package func isPersistent() throws(LibvirtError) -> Bool {
        try check(virStoragePoolIsPersistent(pointer)) == 1
    }

    /// Whether the pool starts when the daemon does. C: `virStoragePoolGetAutostart`.
    package func autostart() throws(LibvirtError) -> Bool {
        var autostart: Int32 = 0
        try check(virStoragePoolGetAutostart(pointer, &autostart))
        return autostart != 0
    }

    /// Sets whether the pool starts when the daemon does. C: `virStoragePoolSetAutostart`.
    package func setAutostart(_ autostart: Bool) throws(LibvirtError) {
        try check(virStoragePoolSetAutostart(pointer, autostart ? 1 : 0))
    }

    /// C: `virStoragePoolState`.
    package enum State: Int32, Sendable {
        case inactive, building, running
        /// It runs with a part missing. C: `VIR_STORAGE_POOL_DEGRADED`.
        case degraded
        /// It runs, but its storage cannot be reached. C: `VIR_STORAGE_POOL_INACCESSIBLE`.
        case inaccessible
    }

    /// A pool's state and sizes. C: `virStoragePoolInfo`.
    package struct Info: Sendable {
        /// `nil` if libvirt reports a state that is not known here.
        package let state: State?
        /// The size of the pool in bytes.
        package let capacity: UInt64
        /// Bytes in use.
        package let allocation: UInt64
        /// Bytes left.
        package let available: UInt64

        /// Whether the pool runs, possibly with a part missing. Otherwise the sizes mean nothing.
        package var isRunning: Bool { state == .running || state == .degraded }
    }

    /// The pool's state and sizes. C: `virStoragePoolGetInfo`.
    package func info() throws(LibvirtError) -> Info {
        var info = virStoragePoolInfo()
        try check(virStoragePoolGetInfo(pointer, &info))
        return Info(
            state: State(rawValue: info.state), capacity: info.capacity,
            allocation: info.allocation, available: info.available)
    }

    /// Which description is meant. C: `virStorageXMLFlags`.
    package struct XMLFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        /// For the next start. C: `VIR_STORAGE_XML_INACTIVE`.
        package static let inactive = Self(rawValue: VIR_STORAGE_XML_INACTIVE.rawValue)
    }

    /// The description, a document `<pool>`. C: `virStoragePoolGetXMLDesc`.
    package func xml(_ flags: XMLFlags = []) throws(LibvirtError) -> String {
        String(freeing: try check(virStoragePoolGetXMLDesc(pointer, flags.rawValue)))
    }

    /// Updates the list of volumes and their sizes from the storage. `LibvirtError.isPoolBusy`
    /// while a volume is built. C: `virStoragePoolRefresh`.
    package func refresh() throws(LibvirtError) {
        try check(virStoragePoolRefresh(pointer, 0))
    }

    /// Whether a pool is built before it starts. C: `virStoragePoolCreateFlags`.
    package struct CreateFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virStoragePoolCreateFlags) { rawValue = flag.rawValue }
        package static let build = Self(VIR_STORAGE_POOL_CREATE_WITH_BUILD)
        package static let overwrite = Self(VIR_STORAGE_POOL_CREATE_WITH_BUILD_OVERWRITE)
        package static let noOverwrite = Self(VIR_STORAGE_POOL_CREATE_WITH_BUILD_NO_OVERWRITE)
    }

    /// Starts a pool that is defined. C: `virStoragePoolCreate`.
    package func start(_ flags: CreateFlags = []) throws(LibvirtError) {
        try check(virStoragePoolCreate(pointer, flags.rawValue))
    }

    /// Whether a pool's storage may be overwritten. C: `virStoragePoolBuildFlags`.
    package struct BuildFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virStoragePoolBuildFlags) { rawValue = flag.rawValue }
        package static let overwrite = Self(VIR_STORAGE_POOL_BUILD_OVERWRITE)
        package static let noOverwrite = Self(VIR_STORAGE_POOL_BUILD_NO_OVERWRITE)
    }

    /// Creates the pool's storage, e.g. its directory or file system. C: `virStoragePoolBuild`.
    package func build(_ flags: BuildFlags = []) throws(LibvirtError) {
        try check(virStoragePoolBuild(pointer, flags.rawValue))
    }

    /// Stops the pool; its volumes stay. C: `virStoragePoolDestroy`.
    package func destroy() throws(LibvirtError) {
        try check(virStoragePoolDestroy(pointer))
    }

    /// Deletes the pool's storage, e.g. its directory or volume group. C: `virStoragePoolDelete`.
    package func delete() throws(LibvirtError) {
        try check(virStoragePoolDelete(pointer, 0))
    }

    /// Removes the definition of a stopped pool. C: `virStoragePoolUndefine`.
    package func undefine() throws(LibvirtError) {
        try check(virStoragePoolUndefine(pointer))
    }
}

extension Connection {
    /// The pool with this name. `LibvirtError.Code.noStoragePool` if there is none.
    /// C: `virStoragePoolLookupByName`.
    package func storagePool(name: String) throws(LibvirtError) -> StoragePool {
        guard policy.showsAllObjects else {
            return try granted(
                storagePools(), .noStoragePool,
                "Storage pool not found: no storage pool with matching name '\(name)'"
            ) { (pool) throws(LibvirtError) in isSame(try pool.name(), name) }
        }
        return StoragePool(adopting: try check(virStoragePoolLookupByName(pointer, name)))
    }

    /// The pool with this UUID; see `storagePool(name:)`. C: `virStoragePoolLookupByUUIDString`.
    package func storagePool(uuid: String) throws(LibvirtError) -> StoragePool {
        guard policy.showsAllObjects else {
            return try granted(
                storagePools(), .noStoragePool,
                "Storage pool not found: no storage pool with matching uuid '\(uuid)'"
            ) { (pool) throws(LibvirtError) in isSame(uuid: try pool.uuid(), as: uuid) }
        }
        return StoragePool(adopting: try check(virStoragePoolLookupByUUIDString(pointer, uuid)))
    }

    /// Starts a transient pool, which is gone when it stops. C: `virStoragePoolCreateXML`.
    package func createStoragePool(
        xml: String, _ flags: StoragePool.CreateFlags = []
    ) throws(LibvirtError) -> StoragePool {
        StoragePool(
            adopting: try check(virStoragePoolCreateXML(pointer, xml.cText, flags.rawValue)))
    }

    /// How a pool is defined. C: `virStoragePoolDefineFlags`.
    package struct StoragePoolDefineFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        package static let validate = Self(rawValue: VIR_STORAGE_POOL_DEFINE_VALIDATE.rawValue)
    }

    /// Defines a pool or changes its definition. C: `virStoragePoolDefineXML`.
    package func defineStoragePool(
        xml: String, _ flags: StoragePoolDefineFlags = []
    ) throws(LibvirtError) -> StoragePool {
        StoragePool(
            adopting: try check(virStoragePoolDefineXML(pointer, xml.cText, flags.rawValue)))
    }

    /// Which pools a list contains. The flags form groups, e.g. `active` and `inactive`; a group
    /// without a flag does not filter.
    /// C: `virConnectListAllStoragePoolsFlags`.
    package struct StoragePoolFilter: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virConnectListAllStoragePoolsFlags) { rawValue = flag.rawValue }
        package static let inactive = Self(VIR_CONNECT_LIST_STORAGE_POOLS_INACTIVE)
        package static let active = Self(VIR_CONNECT_LIST_STORAGE_POOLS_ACTIVE)
        package static let persistent = Self(VIR_CONNECT_LIST_STORAGE_POOLS_PERSISTENT)
        package static let transient = Self(VIR_CONNECT_LIST_STORAGE_POOLS_TRANSIENT)
        package static let autostart = Self(VIR_CONNECT_LIST_STORAGE_POOLS_AUTOSTART)
        package static let noAutostart = Self(VIR_CONNECT_LIST_STORAGE_POOLS_NO_AUTOSTART)
        package static let dir = Self(VIR_CONNECT_LIST_STORAGE_POOLS_DIR)
        package static let fs = Self(VIR_CONNECT_LIST_STORAGE_POOLS_FS)
        package static let netfs = Self(VIR_CONNECT_LIST_STORAGE_POOLS_NETFS)
        package static let logical = Self(VIR_CONNECT_LIST_STORAGE_POOLS_LOGICAL)
        package static let disk = Self(VIR_CONNECT_LIST_STORAGE_POOLS_DISK)
        package static let iscsi = Self(VIR_CONNECT_LIST_STORAGE_POOLS_ISCSI)
        package static let scsi = Self(VIR_CONNECT_LIST_STORAGE_POOLS_SCSI)
        package static let mpath = Self(VIR_CONNECT_LIST_STORAGE_POOLS_MPATH)
        package static let rbd = Self(VIR_CONNECT_LIST_STORAGE_POOLS_RBD)
        package static let sheepdog = Self(VIR_CONNECT_LIST_STORAGE_POOLS_SHEEPDOG)
        package static let gluster = Self(VIR_CONNECT_LIST_STORAGE_POOLS_GLUSTER)
        package static let zfs = Self(VIR_CONNECT_LIST_STORAGE_POOLS_ZFS)
        package static let vstorage = Self(VIR_CONNECT_LIST_STORAGE_POOLS_VSTORAGE)
        package static let iscsiDirect = Self(VIR_CONNECT_LIST_STORAGE_POOLS_ISCSI_DIRECT)
        /// All types.
        package static let types: Self = [
            .dir, .fs, .netfs, .logical, .disk, .iscsi, .scsi, .mpath, .rbd, .sheepdog, .gluster,
            .zfs, .vstorage, .iscsiDirect,
        ]
    }

    /// All pools that match the filter, in no order. C: `virConnectListAllStoragePools`.
    package func storagePools(
        _ filter: StoragePoolFilter = []
    ) throws(LibvirtError) -> [StoragePool] {
        let all = try adoptList(
            { virConnectListAllStoragePools(pointer, $0, filter.rawValue) },
            StoragePool.init(adopting:))
        guard !policy.showsAllObjects else { return all }
        var granted: [StoragePool] = []
        for pool in all where policy.access(toPool: try pool.name()) != nil {
            granted.append(pool)
        }
        return granted
    }

    /// How many pools are active or inactive; for drivers that cannot list them.
    /// C: `virConnectNumOfStoragePools`, `virConnectNumOfDefinedStoragePools`.
    package func storagePoolCount(active: Bool) throws(LibvirtError) -> Int32 {
        try check(
            active
                ? virConnectNumOfStoragePools(pointer)
                : virConnectNumOfDefinedStoragePools(pointer))
    }

    /// What pools of a type, e.g. `netfs`, could use as their source: a document `<sources>`.
    /// `specification` is a document `<source>` that says where to search.
    /// C: `virConnectFindStoragePoolSources`.
    package func storagePoolSources(
        type: String, specification: String?
    ) throws(LibvirtError) -> String {
        String(
            freeing: try check(virConnectFindStoragePoolSources(pointer, type, specification, 0)))
    }

    /// Which types of pools the host supports, a document `<storagepoolCapabilities>`.
    /// C: `virConnectGetStoragePoolCapabilities`.
    package func storagePoolCapabilities() throws(LibvirtError) -> String {
        String(freeing: try check(virConnectGetStoragePoolCapabilities(pointer, 0)))
    }
}
