import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdNetworkDumpXML` in virsh-network.c.
    static let netDumpxml = Command(
        "net-dumpxml", .read, on: .network, help: "print the XML of a network"
    ) { options in
        let network = options.network()
        let inactive = options.flag("inactive", "print the definition, not the running network")
        let (xpath, wrap) = options.xpath()

        return { shell, given in
            let network = try shell.network(given[network])
            let xpath = try given[xpath]
            let whole = try network.xml(given[inactive] ? .inactive : [])
            let xml = try ShownHosts(shell)?.shown(in: whole) ?? whole
            try shell.print(xml: xml, xpath: xpath, wrap: given[wrap])
        }
    }
}
