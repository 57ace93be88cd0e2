import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdQemuAttach` in virsh-domain.c.
    static let qemuAttach = Command(
        "qemu-attach", .never, help: "attach to a QEMU process that libvirt did not start"
    ) { options in
        let process = options.data("pid", "process id of QEMU", as: .uint32)

        return { shell, given in
            let process = try given[process]
            let connection = try shell.connection
            let domain = try shell.explaining("Failed to attach to pid \(process)") {
                () throws(LibvirtError) in try connection.attachQEMU(process: process)
            }
            shell.printExtra("Domain '\(try domain.name())' attached to pid \(process)")
        }
    }
}
