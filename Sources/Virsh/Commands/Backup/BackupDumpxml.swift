import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdBackupDumpXML` in virsh-backup.c.
    static let backupDumpxml = Command(
        "backup-dumpxml", .read, on: .domain, help: "print the XML of the running backup"
    ) { options in
        let domain = options.domain()
        let (xpath, wrap) = options.xpath()

        return { shell, given in
            let domain = try shell.domain(given[domain])
            let xpath = try given[xpath]
            try shell.print(xml: domain.backupXML(), xpath: xpath, wrap: given[wrap])
        }
    }
}
