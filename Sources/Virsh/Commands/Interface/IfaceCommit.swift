import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdInterfaceCommit` in virsh-interface.c.
    static let ifaceCommit = Command(
        "iface-commit", .never, help: "commit the changes since iface-begin",
        description: "after this they cannot be rolled back"
    ) { _ in
        return { shell, _ in
            let connection = try shell.connection
            try shell.explaining("Failed to commit network config change transaction") {
                () throws(LibvirtError) in try connection.commitInterfaceChange()
            }
            shell.printExtra("Network config change transaction committed")
        }
    }
}
