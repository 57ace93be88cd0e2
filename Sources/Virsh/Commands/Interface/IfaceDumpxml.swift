import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdInterfaceDumpXML` in virsh-interface.c.
    static let ifaceDumpxml = Command(
        "iface-dumpxml", .host, help: "print the XML of an interface of the host"
    ) { options in
        let interface = options.interface()
        let inactive = options.flag("inactive", "print the definition, not the running interface")
        let (xpath, wrap) = options.xpath()

        return { shell, given in
            let interface = try shell.interface(given[interface])
            let xpath = try given[xpath]
            let xml = try interface.xml(given[inactive] ? .inactive : [])
            try shell.print(xml: xml, xpath: xpath, wrap: given[wrap])
        }
    }
}
