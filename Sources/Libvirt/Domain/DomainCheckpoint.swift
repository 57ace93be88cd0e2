import CLibvirt

/// A moment from which on a domain's disks note what changes. C: `virDomainCheckpointPtr`.
package final class DomainCheckpoint: Sendable {
    // Safe to share: libvirt counts references and locks inside.
    nonisolated(unsafe) let pointer: virDomainCheckpointPtr

    /// Adopts the reference that libvirt handed to its caller.
    init(adopting pointer: virDomainCheckpointPtr) { self.pointer = pointer }
    deinit { virDomainCheckpointFree(pointer) }

    /// Its name, unique in its domain. C: `virDomainCheckpointGetName`.
    package func name() throws(LibvirtError) -> String {
        String(libvirt: try check(virDomainCheckpointGetName(pointer)))
    }

    /// C: `virDomainCheckpointXMLFlags`.
    package struct XMLFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virDomainCheckpointXMLFlags) { rawValue = flag.rawValue }
        package static let secure = Self(VIR_DOMAIN_CHECKPOINT_XML_SECURE)
        package static let noDomain = Self(VIR_DOMAIN_CHECKPOINT_XML_NO_DOMAIN)
        package static let size = Self(VIR_DOMAIN_CHECKPOINT_XML_SIZE)
    }

    /// Its description. C: `virDomainCheckpointGetXMLDesc`.
    package func xml(_ flags: XMLFlags = []) throws(LibvirtError) -> String {
        String(freeing: try check(virDomainCheckpointGetXMLDesc(pointer, flags.rawValue)))
    }

    /// The one before it; `.noCheckpoint` where there is none.
    /// C: `virDomainCheckpointGetParent`.
    package func parent() throws(LibvirtError) -> DomainCheckpoint {
        DomainCheckpoint(adopting: try check(virDomainCheckpointGetParent(pointer, 0)))
    }

    /// Which checkpoints a list has. C: `virDomainCheckpointListFlags`.
    package struct Filter: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virDomainCheckpointListFlags) { rawValue = flag.rawValue }
        /// Of a domain: those without a parent.
        package static let roots = Self(VIR_DOMAIN_CHECKPOINT_LIST_ROOTS)
        /// Of a checkpoint: not only those right after it.
        package static let descendants = Self(VIR_DOMAIN_CHECKPOINT_LIST_DESCENDANTS)
        package static let leaves = Self(VIR_DOMAIN_CHECKPOINT_LIST_LEAVES)
        package static let noLeaves = Self(VIR_DOMAIN_CHECKPOINT_LIST_NO_LEAVES)
        /// Parents come before their children.
        package static let topological = Self(VIR_DOMAIN_CHECKPOINT_LIST_TOPOLOGICAL)
    }

    /// Those after it. C: `virDomainCheckpointListAllChildren`.
    package func children(_ filter: Filter = []) throws(LibvirtError) -> [DomainCheckpoint] {
        try adoptList(
            { virDomainCheckpointListAllChildren(pointer, $0, filter.rawValue) },
            DomainCheckpoint.init(adopting:))
    }

    /// C: `virDomainCheckpointDeleteFlags`.
    package struct DeleteFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virDomainCheckpointDeleteFlags) { rawValue = flag.rawValue }
        package static let children = Self(VIR_DOMAIN_CHECKPOINT_DELETE_CHILDREN)
        package static let childrenOnly = Self(VIR_DOMAIN_CHECKPOINT_DELETE_CHILDREN_ONLY)
        package static let metadataOnly = Self(VIR_DOMAIN_CHECKPOINT_DELETE_METADATA_ONLY)
    }

    /// C: `virDomainCheckpointDelete`.
    package func delete(_ flags: DeleteFlags = []) throws(LibvirtError) {
        try check(virDomainCheckpointDelete(pointer, flags.rawValue))
    }
}

extension Domain {
    /// C: `virDomainCheckpointCreateFlags`.
    package struct CheckpointCreateFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virDomainCheckpointCreateFlags) { rawValue = flag.rawValue }
        /// Only tells libvirt of one that exists.
        package static let redefine = Self(VIR_DOMAIN_CHECKPOINT_CREATE_REDEFINE)
        package static let redefineValidate = Self(
            VIR_DOMAIN_CHECKPOINT_CREATE_REDEFINE_VALIDATE)
        package static let quiesce = Self(VIR_DOMAIN_CHECKPOINT_CREATE_QUIESCE)
    }

    /// C: `virDomainCheckpointCreateXML`.
    package func createCheckpoint(
        xml: String, _ flags: CheckpointCreateFlags = []
    ) throws(LibvirtError) -> DomainCheckpoint {
        DomainCheckpoint(
            adopting: try check(virDomainCheckpointCreateXML(pointer, xml.cText, flags.rawValue)))
    }

    /// C: `virDomainCheckpointLookupByName`.
    package func checkpoint(name: String) throws(LibvirtError) -> DomainCheckpoint {
        DomainCheckpoint(adopting: try check(virDomainCheckpointLookupByName(pointer, name, 0)))
    }

    /// C: `virDomainListAllCheckpoints`.
    package func checkpoints(
        _ filter: DomainCheckpoint.Filter = []
    ) throws(LibvirtError) -> [DomainCheckpoint] {
        try adoptList(
            { virDomainListAllCheckpoints(pointer, $0, filter.rawValue) },
            DomainCheckpoint.init(adopting:))
    }
}
