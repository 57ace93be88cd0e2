import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdNodeDeviceDetach` in virsh-nodedev.c.
    static let nodedevDetach = Command(
        "nodedev-detach", .never,
        help: "detach a device from the host's driver, for use by a guest"
    ) { options in
        let device = options.nodeDeviceName()
        let driver = options.string("driver", "backend driver of the guest, e.g. vfio", as: .any)

        return { shell, given in
            let name = try given[device]
            let driver = try given[driver].flatMap { $0.isEmpty ? nil : $0 }
            let device = try shell.nodeDevice(named: name)
            try shell.explaining("Failed to detach device \(name)") { () throws(LibvirtError) in
                try device.detach(driver: driver)
            }
            shell.printExtra("Device \(name) detached")
        }
    }
}
