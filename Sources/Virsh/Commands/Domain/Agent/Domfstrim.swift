import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdDomFSTrim` in virsh-domain.c.
    static let domfstrim = Command(
        "domfstrim", .guest, on: .domain, help: "discard unused blocks of a guest's file systems"
    ) { options in
        let domain = options.domain()
        let minimum = options.number(
            "minimum", "ignore free ranges smaller than this, in bytes", as: .uint64)
        let mountPoint = options.string("mountpoint", "mount point (default: all)")

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
