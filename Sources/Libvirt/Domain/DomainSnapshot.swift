import CLibvirt

/// A state of a domain to go back to. C: `virDomainSnapshotPtr`.
package final class DomainSnapshot: Sendable {
    // Safe to share: libvirt counts references and locks inside.
    nonisolated(unsafe) let pointer: virDomainSnapshotPtr

    /// Adopts the reference that libvirt handed to its caller.
    init(adopting pointer: virDomainSnapshotPtr) { self.pointer = pointer }
    deinit { virDomainSnapshotFree(pointer) }

    /// Its name, unique in its domain. C: `virDomainSnapshotGetName`.
    package func name() throws(LibvirtError) -> String {
        String(libvirt: try check(virDomainSnapshotGetName(pointer)))
    }

    /// C: `virDomainSnapshotXMLFlags`.
    package struct XMLFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        package static let secure = Self(rawValue: VIR_DOMAIN_SNAPSHOT_XML_SECURE.rawValue)
    }

    /// Its description. C: `virDomainSnapshotGetXMLDesc`.
    package func xml(_ flags: XMLFlags = []) throws(LibvirtError) -> String {
        String(freeing: try check(virDomainSnapshotGetXMLDesc(pointer, flags.rawValue)))
    }

    /// The one it was made on; `.noSnapshot` where there is none.
    /// C: `virDomainSnapshotGetParent`.
    package func parent() throws(LibvirtError) -> DomainSnapshot {
        DomainSnapshot(adopting: try check(virDomainSnapshotGetParent(pointer, 0)))
    }

    /// Whether the domain's state follows from it. C: `virDomainSnapshotIsCurrent`.
    package func isCurrent() throws(LibvirtError) -> Bool {
        try check(virDomainSnapshotIsCurrent(pointer, 0)) > 0
    }

    /// Whether libvirt keeps data about it. C: `virDomainSnapshotHasMetadata`.
    package func hasMetadata() throws(LibvirtError) -> Bool {
        try check(virDomainSnapshotHasMetadata(pointer, 0)) > 0
    }

    /// How many were made on it; `.descendants` counts those on them, too.
    /// C: `virDomainSnapshotNumChildren`.
    package func childCount(_ filter: Filter = []) throws(LibvirtError) -> Int {
        Int(try check(virDomainSnapshotNumChildren(pointer, filter.rawValue)))
    }

    /// Which snapshots a list has; groups that are left out filter nothing.
    /// C: `virDomainSnapshotListFlags`.
    package struct Filter: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virDomainSnapshotListFlags) { rawValue = flag.rawValue }
        /// Of a domain: those without a parent.
        package static let roots = Self(VIR_DOMAIN_SNAPSHOT_LIST_ROOTS)
        /// Of a snapshot: not only those made right on it.
        package static let descendants = Self(VIR_DOMAIN_SNAPSHOT_LIST_DESCENDANTS)
        package static let leaves = Self(VIR_DOMAIN_SNAPSHOT_LIST_LEAVES)
        package static let noLeaves = Self(VIR_DOMAIN_SNAPSHOT_LIST_NO_LEAVES)
        package static let metadata = Self(VIR_DOMAIN_SNAPSHOT_LIST_METADATA)
        package static let noMetadata = Self(VIR_DOMAIN_SNAPSHOT_LIST_NO_METADATA)
        package static let inactive = Self(VIR_DOMAIN_SNAPSHOT_LIST_INACTIVE)
        package static let active = Self(VIR_DOMAIN_SNAPSHOT_LIST_ACTIVE)
        package static let diskOnly = Self(VIR_DOMAIN_SNAPSHOT_LIST_DISK_ONLY)
        package static let `internal` = Self(VIR_DOMAIN_SNAPSHOT_LIST_INTERNAL)
        package static let external = Self(VIR_DOMAIN_SNAPSHOT_LIST_EXTERNAL)
        /// Parents come before their children.
        package static let topological = Self(VIR_DOMAIN_SNAPSHOT_LIST_TOPOLOGICAL)
    }

    /// Those made on it. C: `virDomainSnapshotListAllChildren`.
    package func children(_ filter: Filter) throws(LibvirtError) -> [DomainSnapshot] {
        try adoptList(
            { virDomainSnapshotListAllChildren(pointer, $0, filter.rawValue) },
            DomainSnapshot.init(adopting:))
    }

    /// C: `virDomainSnapshotRevertFlags`.
    package struct RevertFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virDomainSnapshotRevertFlags) { rawValue = flag.rawValue }
        package static let running = Self(VIR_DOMAIN_SNAPSHOT_REVERT_RUNNING)
        package static let paused = Self(VIR_DOMAIN_SNAPSHOT_REVERT_PAUSED)
        /// Even where that could lose data.
        package static let force = Self(VIR_DOMAIN_SNAPSHOT_REVERT_FORCE)
        package static let resetNVRAM = Self(VIR_DOMAIN_SNAPSHOT_REVERT_RESET_NVRAM)
    }

    /// Puts the domain back to it. C: `virDomainRevertToSnapshot`.
    package func revert(_ flags: RevertFlags = []) throws(LibvirtError) {
        try check(virDomainRevertToSnapshot(pointer, flags.rawValue))
    }

    /// C: `virDomainSnapshotDeleteFlags`.
    package struct DeleteFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virDomainSnapshotDeleteFlags) { rawValue = flag.rawValue }
        package static let children = Self(VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN)
        package static let childrenOnly = Self(VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN_ONLY)
        package static let metadataOnly = Self(VIR_DOMAIN_SNAPSHOT_DELETE_METADATA_ONLY)
    }

    /// C: `virDomainSnapshotDelete`.
    package func delete(_ flags: DeleteFlags = []) throws(LibvirtError) {
        try check(virDomainSnapshotDelete(pointer, flags.rawValue))
    }
}

extension Domain {
    /// C: `virDomainSnapshotCreateFlags`.
    package struct SnapshotCreateFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virDomainSnapshotCreateFlags) { rawValue = flag.rawValue }
        /// Only tells libvirt of one that exists.
        package static let redefine = Self(VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE)
        package static let current = Self(VIR_DOMAIN_SNAPSHOT_CREATE_CURRENT)
        package static let noMetadata = Self(VIR_DOMAIN_SNAPSHOT_CREATE_NO_METADATA)
        package static let halt = Self(VIR_DOMAIN_SNAPSHOT_CREATE_HALT)
        package static let diskOnly = Self(VIR_DOMAIN_SNAPSHOT_CREATE_DISK_ONLY)
        package static let reuseExternal = Self(VIR_DOMAIN_SNAPSHOT_CREATE_REUSE_EXT)
        package static let quiesce = Self(VIR_DOMAIN_SNAPSHOT_CREATE_QUIESCE)
        package static let atomic = Self(VIR_DOMAIN_SNAPSHOT_CREATE_ATOMIC)
        package static let live = Self(VIR_DOMAIN_SNAPSHOT_CREATE_LIVE)
        package static let validate = Self(VIR_DOMAIN_SNAPSHOT_CREATE_VALIDATE)
    }

    /// C: `virDomainSnapshotCreateXML`.
    package func createSnapshot(
        xml: String, _ flags: SnapshotCreateFlags = []
    ) throws(LibvirtError) -> DomainSnapshot {
        DomainSnapshot(
            adopting: try check(virDomainSnapshotCreateXML(pointer, xml.cText, flags.rawValue)))
    }

    /// C: `virDomainSnapshotLookupByName`.
    package func snapshot(name: String) throws(LibvirtError) -> DomainSnapshot {
        DomainSnapshot(adopting: try check(virDomainSnapshotLookupByName(pointer, name, 0)))
    }

    /// Whether its state follows from a snapshot. C: `virDomainHasCurrentSnapshot`.
    package func hasCurrentSnapshot() throws(LibvirtError) -> Bool {
        try check(virDomainHasCurrentSnapshot(pointer, 0)) > 0
    }

    /// The one that its state follows from. C: `virDomainSnapshotCurrent`.
    package func currentSnapshot() throws(LibvirtError) -> DomainSnapshot {
        DomainSnapshot(adopting: try check(virDomainSnapshotCurrent(pointer, 0)))
    }

    /// C: `virDomainListAllSnapshots`.
    package func snapshots(
        _ filter: DomainSnapshot.Filter = []
    ) throws(LibvirtError) -> [DomainSnapshot] {
        try adoptList(
            { virDomainListAllSnapshots(pointer, $0, filter.rawValue) },
            DomainSnapshot.init(adopting:))
    }
}
