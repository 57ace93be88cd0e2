import CLibvirt

extension Connection {
    /// Makes a domain known, or changes it; `validate` checks it against the schema first.
    /// C: `virDomainDefineXML`, `virDomainDefineXMLFlags`.
    package func defineDomain(
        _ xml: String, validate: Bool = false
    ) throws(LibvirtError) -> Domain {
        Domain(
            adopting: try check(
                validate
                    ? virDomainDefineXMLFlags(
                        pointer, xml, UInt32(VIR_DOMAIN_DEFINE_VALIDATE.rawValue))
                    : virDomainDefineXML(pointer, xml.cText)))
    }

    /// A hypervisor's own description of a domain as libvirt's; `format` is e.g. `qemu-argv`.
    /// C: `virConnectDomainXMLFromNative`.
    package func domainXML(
        fromNative text: String, format: String
    ) throws(LibvirtError) -> String {
        String(freeing: try check(virConnectDomainXMLFromNative(pointer, format, text, 0)))
    }

    /// libvirt's description of a domain as the hypervisor's own.
    /// C: `virConnectDomainXMLToNative`.
    package func nativeDescription(
        ofDomain xml: String, format: String
    ) throws(LibvirtError) -> String {
        String(freeing: try check(virConnectDomainXMLToNative(pointer, format, xml.cText, 0)))
    }
}

extension Domain {
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

    /// Forgets the domain. C: `virDomainUndefine`.
    package func undefine() throws(LibvirtError) { try check(virDomainUndefine(pointer)) }

    /// Forgets the domain and what `flags` name. C: `virDomainUndefineFlags`.
    package func undefine(_ flags: UndefineFlags) throws(LibvirtError) {
        try check(virDomainUndefineFlags(pointer, flags.rawValue))
    }

    /// Whether it starts with the host. C: `virDomainSetAutostart`.
    package func setAutostart(_ autostart: Bool) throws(LibvirtError) {
        try check(virDomainSetAutostart(pointer, autostart ? 1 : 0))
    }

    /// C: `virDomainRename`.
    package func rename(to name: String) throws(LibvirtError) {
        try check(virDomainRename(pointer, name, 0))
    }

    /// How many snapshots it has; `withMetadata` counts those that libvirt keeps data about.
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

    /// Hands descriptors to the domain's definition under a name; see `refusing`.
    /// C: `virDomainFDAssociate`.
    package func associate(
        _ name: String, files: [Int32], writableLabel: Bool, restoreLabel: Bool
    ) throws(LibvirtError) {
        let flags =
            (writableLabel ? VIR_DOMAIN_FD_ASSOCIATE_SECLABEL_WRITABLE.rawValue : 0)
            | (restoreLabel ? VIR_DOMAIN_FD_ASSOCIATE_SECLABEL_RESTORE.rawValue : 0)
        try refusing(files) { files, count throws(LibvirtError) in
            try check(virDomainFDAssociate(pointer, name, count, files, flags))
        }
    }
}
