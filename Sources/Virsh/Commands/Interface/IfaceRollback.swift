import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdInterfaceRollback` in virsh-interface.c.
    static let ifaceRollback = Command(
        "iface-rollback", .never, help: "roll back the changes since iface-begin",
        description: "all interfaces have their former configuration again"
    ) { _ in
        return { shell, _ in
            let connection = try shell.connection
            try shell.explaining("Failed to rollback network config change transaction") {
                () throws(LibvirtError) in try connection.rollBackInterfaceChange()
            }
            shell.printExtra("Network config change transaction rolled back")
        }
    }
}
