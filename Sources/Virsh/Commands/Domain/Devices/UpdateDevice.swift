import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdUpdateDevice` in virsh-domain.c.
    static let updateDevice = Command(
        "update-device", .changes, help: "change a device to what a file describes"
    ) { options in
        let domain = options.domain()
        let file = options.data("file", "the file, XML")
        let impact = options.deviceImpact()
        let force = options.flag("force", "even if the guest objects")

        return { shell, given in
            try impact.check(given)
            let domain = try shell.domain(given[domain])
            let file = try given[file]
            let chosen = impact.impact(of: given, on: domain, shell)
            let xml = try shell.text(ofFile: file)
            let isForced = try given[force]
            try shell.explaining("Failed to update device from \(file)") {
                () throws(LibvirtError) in
                try domain.updateDevice(xml, force: isForced, chosen)
            }
            shell.printExtra("Device updated successfully\n")
        }
    }
}
