import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdVolPool` in virsh-volume.c.
    static let volPool = Command(
        "vol-pool", .read, on: .volume, help: "print the pool of a volume"
    ) { options in
        let vol = options.volume("volume key or path")
        let uuid = options.flag("uuid", "print the pool's uuid instead of its name")

        return { shell, given in
            let volume = try shell.volume(keyOrPath: given[vol])
            let pool = try shell.explaining("failed to get parent pool") {
                () throws(LibvirtError) in try volume.pool()
            }
            shell.print(try given[uuid] ? pool.uuid() + "\n" : pool.name() + "\n")
        }
    }
}
