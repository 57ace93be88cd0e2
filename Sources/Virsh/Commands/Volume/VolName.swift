import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdVolName` in virsh-volume.c.
    static let volName = Command(
        "vol-name", .read, on: .volume, help: "print the name of a volume"
    ) { options in
        let vol = options.volume("volume key or path")

        return { shell, given in
            let volume = try shell.volume(keyOrPath: given[vol])
            shell.print(try volume.name() + "\n")
        }
    }
}
