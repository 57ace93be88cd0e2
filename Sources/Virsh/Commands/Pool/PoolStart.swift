import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdPoolStart` in virsh-pool.c.
    static let poolStart = Command(
        "pool-start", .never, on: .pool, help: "start a defined pool"
    ) { options in
        let pool = options.pool()
        let build = BuildOptions(&options)

        return { shell, given in
            let name = try given[pool]
            let pool = try shell.pool(name)
            let flags = try build.flags(given)
            try shell.explaining("Failed to start pool \(name)") {
                () throws(LibvirtError) in try pool.start(flags)
            }
            shell.printExtra("Pool \(name) started")
        }
    }
}
