import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdNodeDeviceUndefine` in virsh-nodedev.c.
    static let nodedevUndefine = Command(
        "nodedev-undefine", .never, help: "remove the definition of a device of the host"
    ) { options in
        let device = options.nodeDevice()

        return { shell, given in
            let name = try given[device]
            let device = try shell.nodeDevice(name)
            try shell.explaining("Failed to undefine node device '\(name)'") {
                () throws(LibvirtError) in try device.undefine()
            }
            shell.printExtra("Undefined node device '\(name)'")
        }
    }
}
