import CLibvirt

/// A saved state of a domain that it can be reverted to. C: `virDomainSnapshotPtr`.
package final class DomainSnapshot: Sendable {
    // Safe to share: libvirt does its own reference counting and locking.
    nonisolated(unsafe) let pointer: virDomainSnapshotPtr

    /// Takes ownership of a reference that libvirt returned.
    init(adopting pointer: virDomainSnapshotPtr) { self.pointer = pointer }
    deinit { virDomainSnapshotFree(pointer) }

    /// The name, unique in its domain. C: `virDomainSnapshotGetName`.
    package func name() throws(LibvirtError) -> String {
        String(libvirt: try check(virDomainSnapshotGetName(pointer)))
    }

    /// What a description contains. C: `virDomainSnapshotXMLFlags`.
    package struct XMLFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        /// Passwords, too. C: `VIR_DOMAIN_SNAPSHOT_XML_SECURE`.
        package static let secure = Self(rawValue: VIR_DOMAIN_SNAPSHOT_XML_SECURE.rawValue)
    }

    /// The description, a document `<domainsnapshot>`. C: `virDomainSnapshotGetXMLDesc`.
    package func xml(_ flags: XMLFlags = []) throws(LibvirtError) -> String {
        String(freeing: try check(virDomainSnapshotGetXMLDesc(pointer, flags.rawValue)))
    }

    /// The snapshot that this one was made from; throws `.noSnapshot` if there is none.
    /// C: `virDomainSnapshotGetParent`.
    package func parent() throws(LibvirtError) -> DomainSnapshot {
        DomainSnapshot(adopting: try check(virDomainSnapshotGetParent(pointer, 0)))
    }

    /// Whether this is the domain's current snapshot: the one taken or reverted to last.
    /// C: `virDomainSnapshotIsCurrent`.
    package func isCurrent() throws(LibvirtError) -> Bool {
        try check(virDomainSnapshotIsCurrent(pointer, 0)) > 0
    }

    /// Whether libvirt has metadata about the snapshot. C: `virDomainSnapshotHasMetadata`.
    package func hasMetadata() throws(LibvirtError) -> Bool {
        try check(virDomainSnapshotHasMetadata(pointer, 0)) > 0
    }

    /// How many snapshots were made from this one; `.descendants` counts indirect ones, too.
    /// C: `virDomainSnapshotNumChildren`.
    package func childCount(_ filter: Filter = []) throws(LibvirtError) -> Int {
        Int(try check(virDomainSnapshotNumChildren(pointer, filter.rawValue)))
    }

    /// Which snapshots a list contains, and its order. The flags form groups, e.g. `metadata` and
    /// `noMetadata`; a group without a flag does not filter.
    /// C: `virDomainSnapshotListFlags`.
    package struct Filter: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virDomainSnapshotListFlags) { rawValue = flag.rawValue }
        /// For a domain's list: only those without a parent.
        package static let roots = Self(VIR_DOMAIN_SNAPSHOT_LIST_ROOTS)
        /// For a snapshot's list: indirect descendants, too.
        package static let descendants = Self(VIR_DOMAIN_SNAPSHOT_LIST_DESCENDANTS)
        /// Only those without children.
        package static let leaves = Self(VIR_DOMAIN_SNAPSHOT_LIST_LEAVES)
        /// Only those with children.
        package static let noLeaves = Self(VIR_DOMAIN_SNAPSHOT_LIST_NO_LEAVES)
        package static let metadata = Self(VIR_DOMAIN_SNAPSHOT_LIST_METADATA)
        package static let noMetadata = Self(VIR_DOMAIN_SNAPSHOT_LIST_NO_METADATA)
        package static let inactive = Self(VIR_DOMAIN_SNAPSHOT_LIST_INACTIVE)
        package static let active = Self(VIR_DOMAIN_SNAPSHOT_LIST_ACTIVE)
        package static let diskOnly = Self(VIR_DOMAIN_SNAPSHOT_LIST_DISK_ONLY)
        package static let `internal` = Self(VIR_DOMAIN_SNAPSHOT_LIST_INTERNAL)
        package static let external = Self(VIR_DOMAIN_SNAPSHOT_LIST_EXTERNAL)
        /// Sorted, with parents before their children.
        package static let topological = Self(VIR_DOMAIN_SNAPSHOT_LIST_TOPOLOGICAL)
    }

    /// The snapshots that were made from this one. C: `virDomainSnapshotListAllChildren`.
    package func children(_ filter: Filter) throws(LibvirtError) -> [DomainSnapshot] {
        try adoptList(
            { virDomainSnapshotListAllChildren(pointer, $0, filter.rawValue) },
            DomainSnapshot.init(adopting:))
    }

    /// How a domain is reverted. C: `virDomainSnapshotRevertFlags`.
    package struct RevertFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virDomainSnapshotRevertFlags) { rawValue = flag.rawValue }
        package static let running = Self(VIR_DOMAIN_SNAPSHOT_REVERT_RUNNING)
        package static let paused = Self(VIR_DOMAIN_SNAPSHOT_REVERT_PAUSED)
        /// Even if the domain's configuration could be lost.
        package static let force = Self(VIR_DOMAIN_SNAPSHOT_REVERT_FORCE)
        package static let resetNVRAM = Self(VIR_DOMAIN_SNAPSHOT_REVERT_RESET_NVRAM)
    }

    /// Reverts the domain to this snapshot. `.snapshotRevertRisky` if that needs `.force`.
    /// C: `virDomainRevertToSnapshot`.
    package func revert(_ flags: RevertFlags = []) throws(LibvirtError) {
        try check(virDomainRevertToSnapshot(pointer, flags.rawValue))
    }

    /// What is deleted; empty means only the snapshot itself. C: `virDomainSnapshotDeleteFlags`.
    package struct DeleteFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virDomainSnapshotDeleteFlags) { rawValue = flag.rawValue }
        package static let children = Self(VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN)
        package static let childrenOnly = Self(VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN_ONLY)
        package static let metadataOnly = Self(VIR_DOMAIN_SNAPSHOT_DELETE_METADATA_ONLY)
    }

    /// Deletes the snapshot; its changes become those of its children.
    /// C: `virDomainSnapshotDelete`.
    package func delete(_ flags: DeleteFlags = []) throws(LibvirtError) {
        try check(virDomainSnapshotDelete(pointer, flags.rawValue))
    }
}

extension Domain {
    /// How a snapshot is created. C: `virDomainSnapshotCreateFlags`.
    package struct SnapshotCreateFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virDomainSnapshotCreateFlags) { rawValue = flag.rawValue }
        /// Restore libvirt's metadata of a snapshot that exists on disk.
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

    /// Creates a snapshot from a document `<domainsnapshot>`. C: `virDomainSnapshotCreateXML`.
    package func createSnapshot(
        xml: PermittedXML, _ flags: SnapshotCreateFlags = []
    ) throws(LibvirtError) -> DomainSnapshot {
        DomainSnapshot(
            adopting: try check(
                virDomainSnapshotCreateXML(pointer, xml.text.cText, flags.rawValue)))
    }

    /// The snapshot with this name. `.noSnapshot` if there is none.
    /// C: `virDomainSnapshotLookupByName`.
    package func snapshot(name: String) throws(LibvirtError) -> DomainSnapshot {
        DomainSnapshot(adopting: try check(virDomainSnapshotLookupByName(pointer, name, 0)))
    }

    /// Whether the domain has a current snapshot. C: `virDomainHasCurrentSnapshot`.
    package func hasCurrentSnapshot() throws(LibvirtError) -> Bool {
        try check(virDomainHasCurrentSnapshot(pointer, 0)) > 0
    }

    /// The snapshot taken or reverted to last. C: `virDomainSnapshotCurrent`.
    package func currentSnapshot() throws(LibvirtError) -> DomainSnapshot {
        DomainSnapshot(adopting: try check(virDomainSnapshotCurrent(pointer, 0)))
    }

    /// The snapshots that match the filter. C: `virDomainListAllSnapshots`.
    package func snapshots(
        _ filter: DomainSnapshot.Filter = []
    ) throws(LibvirtError) -> [DomainSnapshot] {
        try adoptList(
            { virDomainListAllSnapshots(pointer, $0, filter.rawValue) },
            DomainSnapshot.init(adopting:))
    }
}
