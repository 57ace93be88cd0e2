import Libvirt
import Policy
import Text

extension Command {
    /// virsh 9.0.0: `cmdVolInfo` in virsh-volume.c.
    static let volInfo = Command(
        "vol-info", .read, on: .volume, help: "print the type and the sizes of a volume"
    ) { options in
        let vol = options.volume()
        let pool = options.poolIfGiven()
        let bytes = options.flag("bytes", "print sizes in bytes")
        let physical = options.flag("physical", "print the physical size instead of the allocation")

        return { shell, given in
            let volume = try shell.volume(given[vol], in: given[pool])
            let isPhysical = try given[physical]
            let sizeText = try given[bytes] ? { "\($0) bytes" } : sizeText
            func row(_ name: String, _ value: String) {
                shell.print("\(name.padded(15)) \(value)\n")
            }
            row("Name:", try volume.name())
            let info = try volume.info(isPhysical ? .physical : [])
            row("Type:", info.kind?.name ?? "unknown")
            row("Capacity:", sizeText(info.capacity))
            row(isPhysical ? "Physical:" : "Allocation:", sizeText(info.allocation))
        }
    }
}
