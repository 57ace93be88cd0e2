import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdInterfaceBegin` in virsh-interface.c.
    static let ifaceBegin = Command(
        "iface-begin", .never, help: "start a change of interfaces that can be rolled back",
        description: "iface-commit keeps the changes, iface-rollback undoes them"
    ) { _ in
        return { shell, _ in
            let connection = try shell.connection
            try shell.explaining("Failed to begin network config change transaction") {
                () throws(LibvirtError) in try connection.beginInterfaceChange()
            }
            shell.printExtra("Network config change transaction started")
        }
    }
}
