import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdNodeDeviceReset` in virsh-nodedev.c.
    static let nodedevReset = Command(
        "nodedev-reset", .never, help: "reset a device before or after its use by a guest"
    ) { options in
        let device = options.nodeDeviceName()

        return { shell, given in
            let name = try given[device]
            let device = try shell.nodeDevice(named: name)
            try shell.explaining("Failed to reset device \(name)") { () throws(LibvirtError) in
                try device.reset()
            }
            shell.printExtra("Device \(name) reset")
        }
    }
}
