import Libvirt
import Policy

extension Command {
    /// virsh 11.3.0: `cmdNodeDeviceUpdate` in virsh-nodedev.c.
    static let nodedevUpdate = Command(
        "nodedev-update", .never, since: .init(10, 1),
        help: "change a device of the host from a file with its XML"
    ) { options in
        let device = options.nodeDevice()
        let file = options.data("file", "file with the new XML")
        let config = options.flag("config", "change the definition, for the next start")
        let live = options.flag("live", "change the active device")
        let current = options.flag(
            "current", "change the active device, or the definition if it is inactive")

        return { shell, given in
            try given.exclusive(current, live)
            try given.exclusive(current, config)
            let device = try shell.nodeDevice(given[device])
            let file = try given[file]
            let xml = try shell.text(ofFile: file)
            let flags: Network.UpdateFlags = try given.flags([(config, .config), (live, .live)])
            let name = try device.name()
            try shell.explaining("Failed to update node device \(name) from '\(file)'") {
                () throws(LibvirtError) in try device.update(xml: xml, flags)
            }
            // Only for the message, which treats a failed call as true, as virsh does.
            let isActive = shell.attempt { () throws(LibvirtError) in try device.isActive() }
            let changed = changedConfigurations(flags, isActive ?? true)
            shell.printExtra("Updated node device \(name) \(changed)", terminator: "")
        }
    }
}
