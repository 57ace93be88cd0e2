import Confinement
import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdDetachDevice` in virsh-domain.c.
    static let detachDevice = Command(
        "detach-device", .devices, on: [.domain, .xml, .file],
        help: "detach a device that matches an XML file"
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
            let judged = try shell.gate.judged(device: xml, to: .detach, domain)
            try shell.explaining("Failed to detach device from \(file)") {
                () throws(LibvirtError) in
                try domain.detachDevice(judged, impact.nilIfUnspecified(chosen, given))
            }
            shell.printExtra("Device detached successfully\n")
        }
    }
}
