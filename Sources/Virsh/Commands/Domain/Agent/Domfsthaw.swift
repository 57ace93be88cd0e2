import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdDomFSThaw` in virsh-domain.c.
    static let domfsthaw = Command(
        "domfsthaw", .changes, help: "let a guest write to its file systems again"
    ) { options in
        let domain = options.domain()
        let mountPoints = options.rest("mountpoint", "only those mounted there")

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
