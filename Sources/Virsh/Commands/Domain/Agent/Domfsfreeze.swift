import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdDomFSFreeze` in virsh-domain.c.
    static let domfsfreeze = Command(
        "domfsfreeze", .guest, on: .domain, help: "freeze a guest's mounted file systems"
    ) { options in
        let domain = options.domain()
        let mountPoints = options.rest("mountpoint", "mount points (default: all)")

        return { shell, given in
            let domain = try shell.domain(given[domain])
            let mountPoints = try given[mountPoints]
            let count = try shell.explaining("Unable to freeze filesystems") {
                () throws(LibvirtError) in try domain.freeze(mountPoints)
            }
            shell.printExtra("Froze \(count) filesystem(s)\n")
        }
    }
}
