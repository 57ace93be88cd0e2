import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdVolPath` in virsh-volume.c.
    static let volPath = Command(
        "vol-path", .read, on: .volume, help: "print the path of a volume"
    ) { options in
        let vol = options.volume("volume name or key")
        let pool = options.poolIfGiven()

        return { shell, given in
            let volume = try shell.volume(given[vol], in: given[pool])
            shell.print(try volume.path() + "\n")
        }
    }
}
