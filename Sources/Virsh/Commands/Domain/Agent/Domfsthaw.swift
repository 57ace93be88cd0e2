import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdDomFSThaw` in virsh-domain.c.
    static let domfsthaw = Command(
        "domfsthaw", .guest, on: .domain, help: "thaw a guest's frozen file systems"
    ) { options in
        let domain = options.domain()
        let mountPoints = options.rest("mountpoint", "mount points (default: all)")

        return { shell, given in
            let domain = try shell.domain(given[domain])
            let mountPoints = try given[mountPoints]
            let count = try shell.explaining("Unable to thaw filesystems") {
                () throws(LibvirtError) in try domain.thaw(mountPoints)
            }
            shell.printExtra("Thawed \(count) filesystem(s)\n")
        }
    }
}
