import Confinement
import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdAttachDevice` in virsh-domain.c.
    static let attachDevice = Command(
        "attach-device", .devices, on: [.domain, .xml, .file],
        help: "attach a device from an XML file"
    ) { options in
        let domain = options.domain()
        let file = options.data("file", "file with the device's XML", names: [.xml, .file])
        let impact = options.deviceImpact()

        return { shell, given in
            try impact.check(given)
            let domain = try shell.domain(given[domain])
            let file = try given[file]
            let chosen = impact.impact(of: given, on: domain, shell)
            let xml = try shell.text(ofFile: file)
            try shell.gate.exclusively {
                let xml = try shell.gate.judged(device: xml, to: .attach, domain)
                try shell.explaining("Failed to attach device from \(file)") {
                    () throws(LibvirtError) in
                    try domain.attachDevice(xml, impact.nilIfUnspecified(chosen, given))
                }
            }
            shell.printExtra("Device attached successfully\n")
        }
    }
}
