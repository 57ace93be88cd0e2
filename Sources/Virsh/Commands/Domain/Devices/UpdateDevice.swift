import Confinement
import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdUpdateDevice` in virsh-domain.c.
    static let updateDevice = Command(
        "update-device", .devices, on: [.domain, .xml, .file],
        help: "update a device from an XML file"
    ) { options in
        let domain = options.domain()
        let file = options.data("file", "file with the device's XML", names: [.xml, .file])
        let impact = options.deviceImpact()
        let force = options.flag("force", "force the update, e.g. of a locked tray")

        return { shell, given in
            try impact.check(given)
            let domain = try shell.domain(given[domain])
            let file = try given[file]
            let chosen = impact.impact(of: given, on: domain, shell)
            let xml = try shell.text(ofFile: file)
            let isForced = try given[force]
            try shell.gate.exclusively {
                let xml = try shell.gate.judged(device: xml, to: .update, domain)
                try shell.explaining("Failed to update device from \(file)") {
                    () throws(LibvirtError) in
                    try domain.updateDevice(xml, force: isForced, chosen)
                }
            }
            shell.printExtra("Device updated successfully\n")
        }
    }
}
