import Confinement
import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdDetachDeviceAlias` in virsh-domain.c.
    static let detachDeviceAlias = Command(
        "detach-device-alias", .devices, on: .domain, help: "detach the device with an alias"
    ) { options in
        let domain = options.domain()
        let alias = options.data("alias", "alias of the device")
        let impact = options.impact()

        return { shell, given in
            let impact = try impact.impact(of: given)
            let domain = try shell.domain(given[domain])
            let alias = try given[alias]
            try shell.gate.willDetach(alias: alias, from: domain)
            try shell.explaining("Failed to detach device with alias \(alias)") {
                () throws(LibvirtError) in try domain.detachDevice(alias: alias, impact)
            }
            // Only "sent": the guest must release the device, and an event reports when it has.
            shell.printExtra("Device detach request sent successfully\n")
        }
    }
}
