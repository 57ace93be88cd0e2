import Libvirt
import XML

extension Command {
    /// virsh 9.0.0: `cmdDetachDisk` in virsh-domain.c.
    static let detachDisk = Command(
        "detach-disk", .changes, help: "take a disk away"
    ) { options in
        let domain = options.domain()
        let target = options.data("target", "the disk, by target or source")
        let impact = options.deviceImpact()
        let printXML = options.flag("print-xml", "only print its XML")

        return { shell, given in
            try impact.check(given)
            let domain = try shell.domain(given[domain])
            let target = try given[target]
            let xml = try domain.xml(impact.impact(of: given) == .config ? .inactive : [])
            let chosen = impact.impact(of: given, on: domain, shell)
            let disk = try findDisk(target, in: xml).serialized(format: true)
            if try given[printXML] { return shell.print(disk) }
            try shell.explaining("Failed to detach disk") { () throws(LibvirtError) in
                try domain.detachDevice(disk, impact.orOlder(chosen, given))
            }
            shell.printExtra("Disk detached successfully\n")
        }
    }
}
