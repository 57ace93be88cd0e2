import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdNodeDeviceDestroy` in virsh-nodedev.c.
    static let nodedevDestroy = Command(
        "nodedev-destroy", .never, help: "remove a device from the host"
    ) { options in
        options.alias("name", for: "device")
        let device = options.nodeDevice()

        return { shell, given in
            let name = try given[device]
            let device = try shell.nodeDevice(name)
            try shell.explaining("Failed to destroy node device '\(name)'") {
                () throws(LibvirtError) in try device.destroy()
            }
            shell.printExtra("Destroyed node device '\(name)'")
        }
    }
}
