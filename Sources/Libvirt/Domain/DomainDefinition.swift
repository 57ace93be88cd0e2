import CLibvirt

extension Connection {
    /// Defines a domain or changes its definition; `validate` checks the XML against the schema.
    /// C: `virDomainDefineXML`, `virDomainDefineXMLFlags`.
    package func defineDomain(
        _ xml: PermittedXML, validate: Bool = false
    ) throws(LibvirtError) -> Domain {
        Domain(
            adopting: try check(
                // Not every driver implements the call with flags.
                validate
                    ? virDomainDefineXMLFlags(
                        pointer, xml.text, UInt32(VIR_DOMAIN_DEFINE_VALIDATE.rawValue))
                    : virDomainDefineXML(pointer, xml.text.cText)))
    }

    /// Converts a hypervisor's own description of a domain to XML; `format` is e.g. `qemu-argv`.
    /// C: `virConnectDomainXMLFromNative`.
    package func domainXML(
        fromNative text: String, format: String
    ) throws(LibvirtError) -> String {
        String(freeing: try check(virConnectDomainXMLFromNative(pointer, format, text, 0)))
    }

    /// Converts a domain's XML to a hypervisor's own description; see `domainXML(fromNative:)`.
    /// C: `virConnectDomainXMLToNative`.
    package func nativeDescription(
        ofDomain xml: String, format: String
    ) throws(LibvirtError) -> String {
        String(freeing: try check(virConnectDomainXMLToNative(pointer, format, xml.cText, 0)))
    }
}

extension Domain {
    /// What is removed with a definition, or kept. C: `virDomainUndefineFlagsValues`.
    package struct UndefineFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virDomainUndefineFlagsValues) { rawValue = flag.rawValue }
        package static let managedSave = Self(VIR_DOMAIN_UNDEFINE_MANAGED_SAVE)
        package static let snapshotsMetadata = Self(VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA)
        package static let checkpointsMetadata = Self(VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA)
        package static let nvram = Self(VIR_DOMAIN_UNDEFINE_NVRAM)
        package static let keepNVRAM = Self(VIR_DOMAIN_UNDEFINE_KEEP_NVRAM)
        package static let tpm = Self(VIR_DOMAIN_UNDEFINE_TPM)
        package static let keepTPM = Self(VIR_DOMAIN_UNDEFINE_KEEP_TPM)
    }

    /// Removes the definition; a running domain keeps running. C: `virDomainUndefine`.
    package func undefine() throws(LibvirtError) { try check(virDomainUndefine(pointer)) }

    /// Removes the definition and what `flags` name. C: `virDomainUndefineFlags`.
    package func undefine(_ flags: UndefineFlags) throws(LibvirtError) {
        try check(virDomainUndefineFlags(pointer, flags.rawValue))
    }

    /// Sets whether the domain starts when the host does. C: `virDomainSetAutostart`.
    package func setAutostart(_ autostart: Bool) throws(LibvirtError) {
        try check(virDomainSetAutostart(pointer, autostart ? 1 : 0))
    }

    /// Sets whether the domain starts when the host starts the next time.
    /// C: `virDomainSetAutostartOnce`.
    package func setAutostartOnce(_ autostart: Bool) throws(LibvirtError) {
        try check(virDomainSetAutostartOnce(pointer, autostart ? 1 : 0))
    }

    /// Renames the domain, which must not run. C: `virDomainRename`.
    package func rename(to name: String) throws(LibvirtError) {
        try check(virDomainRename(pointer, name, 0))
    }

    /// How many snapshots the domain has; `withMetadata` counts those that libvirt has metadata of.
    /// C: `virDomainSnapshotNum`.
    package func snapshotCount(withMetadata: Bool = false) throws(LibvirtError) -> Int32 {
        try check(
            virDomainSnapshotNum(
                pointer, withMetadata ? VIR_DOMAIN_SNAPSHOT_LIST_METADATA.rawValue : 0))
    }

    /// An event of a guest that libvirt reacts to. C: `virDomainLifecycle`.
    package enum LifecycleEvent: UInt32, CaseIterable, Sendable {
        case powerOff, reboot, crash
    }

    /// How libvirt reacts to an event of a guest. C: `virDomainLifecycleAction`.
    package enum LifecycleAction: UInt32, CaseIterable, Sendable {
        case destroy, restart
        /// C: `VIR_DOMAIN_LIFECYCLE_ACTION_RESTART_RENAME`.
        case renameRestart
        case preserve
        /// C: `VIR_DOMAIN_LIFECYCLE_ACTION_COREDUMP_DESTROY`.
        case coredumpDestroy
        /// C: `VIR_DOMAIN_LIFECYCLE_ACTION_COREDUMP_RESTART`.
        case coredumpRestart
    }

    /// Sets how libvirt reacts to an event. C: `virDomainSetLifecycleAction`.
    package func setLifecycleAction(
        _ action: LifecycleAction, for event: LifecycleEvent, _ impact: Impact
    ) throws(LibvirtError) {
        try check(
            virDomainSetLifecycleAction(
                pointer, event.rawValue, action.rawValue, impact.rawValue))
    }

    /// Associates descriptors with a name in the domain's definition, which fails; see
    /// `withClosedDescriptors`.
    /// C: `virDomainFDAssociate`.
    package func associate(
        _ name: String, files: [Int32], writableLabel: Bool, restoreLabel: Bool
    ) throws(LibvirtError) {
        let flags =
            (writableLabel ? VIR_DOMAIN_FD_ASSOCIATE_SECLABEL_WRITABLE.rawValue : 0)
            | (restoreLabel ? VIR_DOMAIN_FD_ASSOCIATE_SECLABEL_RESTORE.rawValue : 0)
        try withClosedDescriptors(for: files) { files, count throws(LibvirtError) in
            try check(virDomainFDAssociate(pointer, name, count, files, flags))
        }
    }
}
