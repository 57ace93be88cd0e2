import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdDomFSInfo` in virsh-domain.c.
    static let domfsinfo = Command(
        "domfsinfo", .read, on: .domain, effects: .looksInto,
        help: "a guest's mounted file systems"
    ) { options in
        let domain = options.domain()

        return { shell, given in
            let domain = try shell.domain(given[domain])
            let systems = try shell.explaining("Unable to get filesystem information") {
                () throws(LibvirtError) in try domain.fileSystems()
            }
            guard !systems.isEmpty else {
                return shell.printExtra("No filesystems are mounted in the domain")
            }
            var table = Table("Mountpoint", "Name", "Type", "Target")
            for system in systems {
                table.append(
                    system.mountPoint, system.name, system.type,
                    system.disks.joined(separator: ","))
            }
            shell.print(table)
        }
    }
}
