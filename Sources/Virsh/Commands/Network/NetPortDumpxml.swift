import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdNetworkPortDumpXML` in virsh-network.c.
    static let netPortDumpxml = Command(
        "net-port-dumpxml", .never, on: .network, help: "print the XML of a network port"
    ) { options in
        let network = options.network()
        let port = options.networkPort()
        let (xpath, wrap) = options.xpath()

        return { shell, given in
            // virsh's exit status is 0 if a lookup fails, but not if an option is invalid.
            let xml: String
            let expression: String?
            do {
                let network = try shell.network(given[network])
                let port = try shell.port(given[port], of: network)
                expression = try given[xpath]
                xml = try port.xml()
            } catch let failure as CommandFailure where failure.lines.isEmpty {
                throw failure
            } catch {
                return shell.reportAsSuccess(error)
            }
            try shell.print(xml: xml, xpath: expression, wrap: given[wrap])
        }
    }
}

extension Shell {
    /// Prints a failure that virsh treats as a success: its lines, but not libvirt's message.
    func reportAsSuccess(_ failure: any Error) {
        guard let failure = failure as? CommandFailure else { return }
        for line in failure.lines { printError(line) }
    }
}
