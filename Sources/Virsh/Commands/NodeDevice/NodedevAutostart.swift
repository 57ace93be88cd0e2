import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdNodeDeviceAutostart` in virsh-nodedev.c.
    static let nodedevAutostart = Command(
        "nodedev-autostart", .never, help: "start a device when the host boots, or stop doing so"
    ) { options in
        let device = options.nodeDevice()
        let disable = options.flag("disable", "do not start it when the host boots")

        return { shell, given in
            let name = try given[device]
            let device = try shell.nodeDevice(name)
            let autostarts = try !given[disable]
            let mark = autostarts ? "mark" : "unmark"
            try shell.explaining("failed to \(mark) device \(name) as autostarted") {
                () throws(LibvirtError) in try device.setAutostart(autostarts)
            }
            shell.printExtra("Device \(name) \(mark)ed as autostarted")
        }
    }
}
