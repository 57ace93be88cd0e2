import Confinement
import Libvirt
import Policy
import XML

extension Command {
    /// virsh 9.0.0: `cmdDetachDisk` in virsh-domain.c.
    static let detachDisk = Command(
        "detach-disk", .devices, on: .domain, help: "detach a disk"
    ) { options in
        let domain = options.domain()
        let target = options.data("target", "target or source path of the disk")
        let impact = options.deviceImpact()
        let printXML = options.flag("print-xml", "only print its XML")

        return { shell, given in
            try impact.check(given)
            let domain = try shell.domain(given[domain])
            let target = try given[target]
            // virsh looks at --config alone here: with --live too, it uses the running
            // domain's XML.
            let xml = try domain.xml(impact.impact(of: given) == .config ? .inactive : [])
            let chosen = impact.impact(of: given, on: domain, shell)
            let disk = try findDisk(target, in: xml).serialized(format: true)
            if try given[printXML] { return shell.print(disk) }
            let judged = try shell.gate.judged(presentDevice: disk, of: domain)
            try shell.explaining("Failed to detach disk") { () throws(LibvirtError) in
                try domain.detachDevice(judged, impact.nilIfUnspecified(chosen, given))
            }
            shell.printExtra("Disk detached successfully\n")
        }
    }
}
