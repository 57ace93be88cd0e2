import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdPoolRefresh` in virsh-pool.c.
    static let poolRefresh = Command(
        "pool-refresh", .storage, on: .pool, help: "update the list of a pool's volumes"
    ) { options in
        let pool = options.pool()

        return { shell, given in
            let name = try given[pool]
            let pool = try shell.pool(name)
            try shell.explaining("Failed to refresh pool \(name)") {
                () throws(LibvirtError) in try pool.refresh()
            }
            shell.printExtra("Pool \(name) refreshed")
        }
    }
}
