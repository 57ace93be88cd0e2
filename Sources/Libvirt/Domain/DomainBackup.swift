import CLibvirt

extension Domain {
    /// C: `virDomainBackupBeginFlags`.
    package struct BackupFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        package static let reuseExternal = Self(
            rawValue: VIR_DOMAIN_BACKUP_BEGIN_REUSE_EXTERNAL.rawValue)
    }

    /// Starts to copy its disks as they are now; `checkpoint` describes one to make with it.
    /// C: `virDomainBackupBegin`.
    package func beginBackup(
        xml: String, checkpoint: String?, _ flags: BackupFlags = []
    ) throws(LibvirtError) {
        try check(virDomainBackupBegin(pointer, xml.cText, checkpoint, flags.rawValue))
    }

    /// The description of the backup that goes on. C: `virDomainBackupGetXMLDesc`.
    package func backupXML() throws(LibvirtError) -> String {
        String(freeing: try check(virDomainBackupGetXMLDesc(pointer, 0)))
    }
}
