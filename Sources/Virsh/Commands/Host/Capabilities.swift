import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdCapabilities` in virsh-host.c.
    static let capabilities = Command(
        "capabilities", .host, help: "print the capabilities of the host and its hypervisor",
        description: "prints XML"
    ) { options in
        let (xpath, wrap) = options.xpath(since: .capabilitiesXPath)

        return { shell, given in
            let xpath = try given[xpath]
            let connection = try shell.connection
            let xml = try shell.explaining("failed to get capabilities") {
                () throws(LibvirtError) in try connection.capabilities()
            }
            try shell.print(capabilities: xml, xpath: xpath, wrap: given[wrap])
        }
    }
}
