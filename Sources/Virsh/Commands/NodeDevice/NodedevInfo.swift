import Libvirt
import Policy
import Text

extension Command {
    /// virsh 9.0.0: `cmdNodeDeviceInfo` in virsh-nodedev.c.
    static let nodedevInfo = Command(
        "nodedev-info", .host, help: "print the state of a device of the host"
    ) { options in
        let device = options.nodeDevice()

        return { shell, given in
            let device = try shell.nodeDevice(given[device])
            // virsh treats a failed call (-1) as true.
            let isActive = shell.tolerating { () throws(LibvirtError) in try device.isActive() }
            let isPersistent = shell.tolerating { () throws(LibvirtError) in
                try device.isPersistent()
            }
            let autostarts = shell.tolerating { () throws(LibvirtError) in
                try device.autostarts()
            }
            let rows = [
                ("Name:", try device.name()),
                ("Parent:", device.parent ?? ""),
                ("Active:", isActive ?? true ? "yes" : "no"),
                ("Persistent:", isPersistent ?? true ? "yes" : "no"),
                ("Autostart:", autostarts.map { $0 ? "yes" : "no" } ?? shell.unknownAutostart),
            ]
            for (name, value) in rows { shell.print("\(name.padded(15)) \(value)\n") }
        }
    }
}
