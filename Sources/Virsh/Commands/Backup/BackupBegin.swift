import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdBackupBegin` in virsh-backup.c.
    static let backupBegin = Command(
        "backup-begin", .never, on: .domain, help: "start a backup of an active domain's disks"
    ) { options in
        let domain = options.domain()
        let backupFile = options.string(
            "backupxml", "file with the XML of a backup", place: .positional)
        let checkpointFile = options.string(
            "checkpointxml", "file with the XML of a checkpoint to create at the same time")
        let reuseExternal = options.flag("reuse-external", "use existing files")
        let preserve = options.flag(
            "preserve-domain-on-shutdown", "keep the domain, paused, if its guest shuts down",
            since: .init(11, 10))

        return { shell, given in
            let domain = try shell.domain(given[domain])
            let backup = try given[backupFile].map(shell.text(ofFile:)) ?? "<domainbackup/>"
            let checkpoint = try given[checkpointFile].map(shell.text(ofFile:))
            let flags: Domain.BackupFlags = try given.flags([
                (reuseExternal, .reuseExternal), (preserve, .preservesShutdownDomain),
            ])
            try domain.beginBackup(xml: backup, checkpoint: checkpoint, flags)
            shell.print("Backup started\n")
        }
    }
}
