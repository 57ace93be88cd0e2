import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdPoolBuild` in virsh-pool.c.
    static let poolBuild = Command(
        "pool-build", .never, on: .pool, help: "create the storage of a pool, e.g. its directory"
    ) { options in
        let pool = options.pool()
        let noOverwrite = options.noOverwrite()
        let overwrite = options.overwrite()

        return { shell, given in
            let name = try given[pool]
            let pool = try shell.pool(name)
            var flags: StoragePool.BuildFlags = []
            if try given[noOverwrite] { flags.insert(.noOverwrite) }
            if try given[overwrite] { flags.insert(.overwrite) }
            try shell.explaining("Failed to build pool \(name)") {
                () throws(LibvirtError) in try pool.build(flags)
            }
            shell.printExtra("Pool \(name) built")
        }
    }
}
