import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdNodeSEVInfo` in virsh-host.c.
    static let nodesevinfo = Command(
        "nodesevinfo", .host, help: "print the host's parameters for AMD SEV",
        description: "the hosts of guests with encrypted memory have them"
    ) { _ in
        return { shell, _ in
            let connection = try shell.connection
            let parameters = try shell.explaining("Unable to get host SEV information") {
                () throws(LibvirtError) in try connection.sevInfo()
            }
            shell.print(parameters, width: 18)
        }
    }
}
