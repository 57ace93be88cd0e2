import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdSysinfo` in virsh-host.c.
    static let sysinfo = Command(
        "sysinfo", .host, help: "print the system information of the host's firmware",
        description: "prints XML"
    ) { _ in
        return { shell, _ in
            let connection = try shell.connection
            shell.print(
                try shell.explaining("failed to get sysinfo") { () throws(LibvirtError) in
                    try connection.systemInformation()
                })
        }
    }
}
