import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdPoolUndefine` in virsh-pool.c.
    static let poolUndefine = Command(
        "pool-undefine", .never, on: .pool, help: "remove the definition of an inactive pool"
    ) { options in
        let pool = options.pool()

        return { shell, given in
            let name = try given[pool]
            let pool = try shell.pool(name)
            try shell.explaining("Failed to undefine pool \(name)") {
                () throws(LibvirtError) in try pool.undefine()
            }
            shell.printExtra("Pool \(name) has been undefined")
        }
    }
}
