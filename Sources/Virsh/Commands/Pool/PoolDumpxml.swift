import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdPoolDumpXML` in virsh-pool.c.
    static let poolDumpxml = Command(
        "pool-dumpxml", .read, on: .pool, help: "print the XML of a pool"
    ) { options in
        let pool = options.pool()
        let inactive = options.flag("inactive", "print the definition, not the running pool")
        let (xpath, wrap) = options.xpath()

        return { shell, given in
            let pool = try shell.pool(given[pool])
            let xpath = try given[xpath]
            let xml = try pool.xml(given[inactive] ? .inactive : [])
            try shell.print(xml: xml, xpath: xpath, wrap: given[wrap])
        }
    }
}
