import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdPoolUuid` in virsh-pool.c.
    static let poolUuid = Command(
        "pool-uuid", .read, on: .pool, help: "print the uuid of a pool"
    ) { options in
        let pool = options.pool()

        return { shell, given in
            let pool = try shell.pool(given[pool], byUUID: false)
            if let uuid = shell.tolerating({ () throws(LibvirtError) in try pool.uuid() }) {
                shell.print(uuid + "\n")
            } else {
                shell.printError("failed to get pool UUID")
            }
        }
    }
}
