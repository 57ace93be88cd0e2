import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdHostname` in virsh-host.c.
    static let hostname = Command(
        "hostname", .host, help: "print the host name that the hypervisor reports"
    ) { _ in
        return { shell, _ in
            let connection = try shell.connection
            let name = try shell.explaining("failed to get hostname") {
                () throws(LibvirtError) in try connection.hostname()
            }
            shell.print(name + "\n")
        }
    }
}
