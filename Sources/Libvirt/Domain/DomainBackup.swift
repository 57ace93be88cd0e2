import CLibvirt

extension Domain {
    /// How a backup starts. C: `virDomainBackupBeginFlags`.
    package struct BackupFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        /// The target files exist already. C: `VIR_DOMAIN_BACKUP_BEGIN_REUSE_EXTERNAL`.
        package static let reuseExternal = Self(
            rawValue: VIR_DOMAIN_BACKUP_BEGIN_REUSE_EXTERNAL.rawValue)
        /// The domain is paused, not stopped, if its guest shuts down during the backup.
        /// C: `VIR_DOMAIN_BACKUP_BEGIN_PRESERVE_SHUTDOWN_DOMAIN`.
        package static let preservesShutdownDomain = Self(rawValue: 1 << 1)
    }

    /// Starts a backup of the disks as they are now. `xml` is a document `<domainbackup>`;
    /// `checkpoint` describes a checkpoint to create at the same moment.
    /// C: `virDomainBackupBegin`.
    package func beginBackup(
        xml: String, checkpoint: String?, _ flags: BackupFlags = []
    ) throws(LibvirtError) {
        try check(virDomainBackupBegin(pointer, xml.cText, checkpoint, flags.rawValue))
    }

    /// The description of the backup that is in progress. C: `virDomainBackupGetXMLDesc`.
    package func backupXML() throws(LibvirtError) -> String {
        String(freeing: try check(virDomainBackupGetXMLDesc(pointer, 0)))
    }
}
