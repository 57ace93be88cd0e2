import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdNodeDeviceStart` in virsh-nodedev.c.
    static let nodedevStart = Command(
        "nodedev-start", .never, help: "start a defined device of the host"
    ) { options in
        let device = options.nodeDeviceName()

        return { shell, given in
            let name = try given[device]
            let device = try shell.nodeDevice(named: name)
            try shell.explaining("Failed to start device \(name)") { () throws(LibvirtError) in
                try device.start()
            }
            shell.printExtra("Device \(name) started")
        }
    }
}
