import Confinement
import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdVolDelete` in virsh-volume.c.
    static let volDelete = Command(
        "vol-delete", .storage, on: .volume, help: "delete a volume and its data"
    ) { options in
        let vol = options.volume()
        let pool = options.poolIfGiven()
        let snapshots = options.flag("delete-snapshots", "delete its snapshots, too")

        return { shell, given in
            let name = try given[vol]
            let volume = try shell.volume(name, in: given[pool])
            let flags: StorageVolume.DeleteFlags = try given[snapshots] ? .withSnapshots : []
            try shell.gate.exclusively {
                try shell.gate.willWrite(shell.name(of: volume))
                try shell.explaining("Failed to delete vol \(name)") {
                    () throws(LibvirtError) in try volume.delete(flags)
                }
            }
            shell.printExtra("Vol \(name) deleted")
        }
    }
}
