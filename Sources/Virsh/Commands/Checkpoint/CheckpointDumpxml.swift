import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdCheckpointDumpXML` in virsh-checkpoint.c.
    static let checkpointDumpxml = Command(
        "checkpoint-dumpxml", .read, on: [.domain, .snapshot], help: "print the XML of a checkpoint"
    ) { options in
        let domain = options.domain()
        let name = options.checkpointName()
        let secure = options.flag("security-info", "include passwords", .refused)
        let noDomain = options.flag("no-domain", "omit the domain's XML")
        let size = options.flag("size", "include the amount of data changed since")
        let (xpath, wrap) = options.xpath()

        return { shell, given in
            var flags: DomainCheckpoint.XMLFlags = []
            if try given[secure] { flags.insert(.secure) }
            if try given[noDomain] { flags.insert(.noDomain) }
            if try given[size] { flags.insert(.size) }
            let domain = try shell.domain(given[domain])
            let xpath = try given[xpath]
            let (checkpoint, _) = try given.checkpoint(name, of: domain)
            try shell.print(xml: checkpoint.xml(flags), xpath: xpath, wrap: given[wrap])
        }
    }
}
