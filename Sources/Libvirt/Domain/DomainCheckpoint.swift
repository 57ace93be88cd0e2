import CLibvirt

/// A point in time from which changes to a domain's disks are tracked, for incremental backups.
/// C: `virDomainCheckpointPtr`.
package final class DomainCheckpoint: Sendable {
    // Safe to share: libvirt does its own reference counting and locking.
    nonisolated(unsafe) let pointer: virDomainCheckpointPtr

    /// Takes ownership of a reference that libvirt returned.
    init(adopting pointer: virDomainCheckpointPtr) { self.pointer = pointer }
    deinit { virDomainCheckpointFree(pointer) }

    /// The name, unique in its domain. C: `virDomainCheckpointGetName`.
    package func name() throws(LibvirtError) -> String {
        String(libvirt: try check(virDomainCheckpointGetName(pointer)))
    }

    /// What a description contains. C: `virDomainCheckpointXMLFlags`.
    package struct XMLFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virDomainCheckpointXMLFlags) { rawValue = flag.rawValue }
        package static let secure = Self(VIR_DOMAIN_CHECKPOINT_XML_SECURE)
        package static let noDomain = Self(VIR_DOMAIN_CHECKPOINT_XML_NO_DOMAIN)
        package static let size = Self(VIR_DOMAIN_CHECKPOINT_XML_SIZE)
    }

    /// The description, a document `<domaincheckpoint>`. C: `virDomainCheckpointGetXMLDesc`.
    package func xml(_ flags: XMLFlags = []) throws(LibvirtError) -> String {
        String(freeing: try check(virDomainCheckpointGetXMLDesc(pointer, flags.rawValue)))
    }

    /// The checkpoint before this one; throws `.noCheckpoint` if there is none.
    /// C: `virDomainCheckpointGetParent`.
    package func parent() throws(LibvirtError) -> DomainCheckpoint {
        DomainCheckpoint(adopting: try check(virDomainCheckpointGetParent(pointer, 0)))
    }

    /// Which checkpoints a list contains, and its order. C: `virDomainCheckpointListFlags`.
    package struct Filter: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virDomainCheckpointListFlags) { rawValue = flag.rawValue }
        /// For a domain's list: only those without a parent.
        package static let roots = Self(VIR_DOMAIN_CHECKPOINT_LIST_ROOTS)
        /// For a checkpoint's list: indirect descendants, too.
        package static let descendants = Self(VIR_DOMAIN_CHECKPOINT_LIST_DESCENDANTS)
        /// Only those without children.
        package static let leaves = Self(VIR_DOMAIN_CHECKPOINT_LIST_LEAVES)
        /// Only those with children.
        package static let noLeaves = Self(VIR_DOMAIN_CHECKPOINT_LIST_NO_LEAVES)
        /// Sorted, with parents before their children.
        package static let topological = Self(VIR_DOMAIN_CHECKPOINT_LIST_TOPOLOGICAL)
    }

    /// The checkpoints after this one, in no order. C: `virDomainCheckpointListAllChildren`.
    package func children(_ filter: Filter = []) throws(LibvirtError) -> [DomainCheckpoint] {
        try adoptList(
            { virDomainCheckpointListAllChildren(pointer, $0, filter.rawValue) },
            DomainCheckpoint.init(adopting:))
    }

    /// What is deleted; empty means only the checkpoint itself.
    /// C: `virDomainCheckpointDeleteFlags`.
    package struct DeleteFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virDomainCheckpointDeleteFlags) { rawValue = flag.rawValue }
        package static let children = Self(VIR_DOMAIN_CHECKPOINT_DELETE_CHILDREN)
        package static let childrenOnly = Self(VIR_DOMAIN_CHECKPOINT_DELETE_CHILDREN_ONLY)
        package static let metadataOnly = Self(VIR_DOMAIN_CHECKPOINT_DELETE_METADATA_ONLY)
    }

    /// Deletes the checkpoint; its changes count for its parent then.
    /// C: `virDomainCheckpointDelete`.
    package func delete(_ flags: DeleteFlags = []) throws(LibvirtError) {
        try check(virDomainCheckpointDelete(pointer, flags.rawValue))
    }
}

extension Domain {
    /// How a checkpoint is created. C: `virDomainCheckpointCreateFlags`.
    package struct CheckpointCreateFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virDomainCheckpointCreateFlags) { rawValue = flag.rawValue }
        /// Restore libvirt's metadata of a checkpoint that exists on disk.
        package static let redefine = Self(VIR_DOMAIN_CHECKPOINT_CREATE_REDEFINE)
        package static let redefineValidate = Self(
            VIR_DOMAIN_CHECKPOINT_CREATE_REDEFINE_VALIDATE)
        /// Freeze the guest's file systems until it is created; its agent must run.
        package static let quiesce = Self(VIR_DOMAIN_CHECKPOINT_CREATE_QUIESCE)
    }

    /// Creates a checkpoint from a document `<domaincheckpoint>`.
    /// C: `virDomainCheckpointCreateXML`.
    package func createCheckpoint(
        xml: PermittedXML, _ flags: CheckpointCreateFlags = []
    ) throws(LibvirtError) -> DomainCheckpoint {
        DomainCheckpoint(
            adopting: try check(
                virDomainCheckpointCreateXML(pointer, xml.text.cText, flags.rawValue)))
    }

    /// The checkpoint with this name. `.noCheckpoint` if there is none.
    /// C: `virDomainCheckpointLookupByName`.
    package func checkpoint(name: String) throws(LibvirtError) -> DomainCheckpoint {
        DomainCheckpoint(adopting: try check(virDomainCheckpointLookupByName(pointer, name, 0)))
    }

    /// The checkpoints that match the filter. C: `virDomainListAllCheckpoints`.
    package func checkpoints(
        _ filter: DomainCheckpoint.Filter = []
    ) throws(LibvirtError) -> [DomainCheckpoint] {
        try adoptList(
            { virDomainListAllCheckpoints(pointer, $0, filter.rawValue) },
            DomainCheckpoint.init(adopting:))
    }
}
