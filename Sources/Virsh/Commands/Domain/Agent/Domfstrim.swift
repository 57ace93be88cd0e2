import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdDomFSTrim` in virsh-domain.c.
    static let domfstrim = Command(
        "domfstrim", .changes, help: "give what a guest's file systems do not use to the host"
    ) { options in
        let domain = options.domain()
        let minimum = options.number("minimum", "bytes that are worth it", as: .uint64)
        let mountPoint = options.string("mountpoint", "only what is mounted there")

        return { shell, given in
            let domain = try shell.domain(given[domain])
            let minimum = try given[minimum] ?? 0
            let mountPoint = try given[mountPoint]
            try shell.explaining("Unable to invoke fstrim") { () throws(LibvirtError) in
                try domain.trim(mountPoint, minimum: minimum)
            }
        }
    }
}
