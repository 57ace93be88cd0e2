import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdNodeDeviceReAttach` in virsh-nodedev.c.
    static let nodedevReattach = Command(
        "nodedev-reattach", .never, help: "attach a device to the host's driver again"
    ) { options in
        let device = options.nodeDeviceName()

        return { shell, given in
            let name = try given[device]
            let device = try shell.nodeDevice(named: name)
            try shell.explaining("Failed to re-attach device \(name)") { () throws(LibvirtError) in
                try device.reattach()
            }
            shell.printExtra("Device \(name) re-attached")
        }
    }
}
