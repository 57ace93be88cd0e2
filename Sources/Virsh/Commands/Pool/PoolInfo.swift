import Libvirt
import Policy
import Text

extension Command {
    /// virsh 9.0.0: `cmdPoolInfo` in virsh-pool.c.
    static let poolInfo = Command(
        "pool-info", .read, on: .pool, help: "print the state and the sizes of a pool"
    ) { options in
        let pool = options.pool()
        let bytes = options.flag("bytes", "print sizes in bytes")

        return { shell, given in
            let pool = try shell.pool(given[pool])
            let sizeText = try given[bytes] ? { "\($0)" } : sizeText
            func row(_ name: String, _ value: String) {
                shell.print("\(name.padded(15)) \(value)\n")
            }
            row("Name:", try pool.name())
            if let uuid = shell.tolerating({ () throws(LibvirtError) in try pool.uuid() }) {
                row("UUID:", uuid)
            }
            let info = try pool.info()
            row("State:", info.state?.name ?? "unknown")
            row("Persistent:", shell.persistence(of: pool))
            row("Autostart:", shell.autostart(of: pool))
            if info.isRunning {
                row("Capacity:", sizeText(info.capacity))
                row("Allocation:", sizeText(info.allocation))
                row("Available:", sizeText(info.available))
            }
        }
    }
}
