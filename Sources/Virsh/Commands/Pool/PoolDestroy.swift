import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdPoolDestroy` in virsh-pool.c.
    static let poolDestroy = Command(
        "pool-destroy", .never, on: .pool, help: "stop a pool without deleting its data"
    ) { options in
        let pool = options.pool()

        return { shell, given in
            let name = try given[pool]
            let pool = try shell.pool(name)
            try shell.explaining("Failed to destroy pool \(name)") {
                () throws(LibvirtError) in try pool.destroy()
            }
            shell.printExtra("Pool \(name) destroyed")
        }
    }
}
