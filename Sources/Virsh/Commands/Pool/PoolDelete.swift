import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdPoolDelete` in virsh-pool.c.
    static let poolDelete = Command(
        "pool-delete", .never, on: .pool, help: "delete the storage of an inactive pool"
    ) { options in
        let pool = options.pool()

        return { shell, given in
            let name = try given[pool]
            let pool = try shell.pool(name)
            try shell.explaining("Failed to delete pool \(name)") {
                () throws(LibvirtError) in try pool.delete()
            }
            shell.printExtra("Pool \(name) deleted")
        }
    }
}
