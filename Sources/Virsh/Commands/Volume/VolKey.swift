import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdVolKey` in virsh-volume.c.
    static let volKey = Command("vol-key", .read, on: .volume, help: "print the key of a volume") {
        options in
        let vol = options.volume("volume name or path")
        let pool = options.poolIfGiven()

        return { shell, given in
            let volume = try shell.volume(given[vol], in: given[pool])
            shell.print(try volume.key() + "\n")
        }
    }
}
