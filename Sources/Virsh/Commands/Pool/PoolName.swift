import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdPoolName` in virsh-pool.c.
    static let poolName = Command(
        "pool-name", .read, on: .pool, help: "print the name of a pool"
    ) { options in
        let pool = options.pool()

        return { shell, given in
            let pool = try shell.pool(given[pool], byName: false)
            shell.print(try pool.name() + "\n")
        }
    }
}
