import Libvirt
import Policy
import Text

extension Command {
    /// virsh 9.0.0: `cmdURI` in virsh-host.c.
    static let uri = Command("uri", .read, help: "print the URI of the hypervisor") { _ in
        return { shell, _ in
            let connection = try shell.connection
            let uri = try shell.explaining("failed to get URI") { () throws(LibvirtError) in
                try connection.uri()
            }
            shell.print(uri + "\n")
        }
    }
}
