import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdDumpXML` in virsh-domain.c.
    static let dumpxml = Command(
        "dumpxml", .read, on: .domain, help: "print a domain's XML"
    ) { options in
        let domain = options.domain()
        let inactive = options.flag("inactive", "the persistent configuration")
        let secure = options.flag("security-info", "include passwords and other secrets", .refused)
        let update = options.flag("update-cpu", "expand the CPU model for this host")
        // This XML includes the passwords as well.
        let migratable = options.flag("migratable", "XML suitable for migration", .refused)
        let (xpath, wrap) = options.xpath()

        return { shell, given in
            let flags: Domain.XMLFlags = try given.flags([
                (inactive, .inactive), (secure, .secure), (update, .updateCPU),
                (migratable, .migratable),
            ])
            let domain = try shell.domain(given[domain])
            let xpath = try given[xpath]
            try shell.print(xml: domain.xml(flags), xpath: xpath, wrap: given[wrap])
        }
    }
}
