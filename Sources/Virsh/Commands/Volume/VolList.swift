import Libvirt
import Policy
import Text

extension Command {
    /// virsh 9.0.0: `cmdVolList` in virsh-volume.c.
    static let volList = Command(
        "vol-list", .read, on: [.pool, .volume, .allGranted], help: "list a pool's volumes"
    ) { options in
        let pool = options.pool()
        let details = options.flag("details", "print types and sizes, too")

        return { shell, given in
            let volumes = try shell.volumes(shell.pool(given[pool]))
            guard try given[details] else {
                var table = Table("Name", "Path")
                for (name, volume) in volumes { table.append(name, shell.path(of: volume)) }
                return shell.print(table)
            }
            var table = Table("Name", "Path", "Type", "Capacity", "Allocation")
            for (name, volume) in volumes {
                let path = shell.path(of: volume)
                let info = shell.tolerating { () throws(LibvirtError) in try volume.info() }
                table.append(
                    name, path, info?.kind?.name ?? "unknown",
                    info.map { sizeText($0.capacity) } ?? "unknown",
                    info.map { sizeText($0.allocation) } ?? "unknown")
            }
            shell.print(table)
        }
    }
}

extension Shell {
    /// Volumes, sorted by name. virsh 9.0.0: `virshStorageVolListCollect`.
    fileprivate func volumes(_ pool: StoragePool) throws -> [(name: String, volume: StorageVolume)]
    {
        try explaining("Failed to list volumes") {
            () throws(LibvirtError) -> [(name: String, volume: StorageVolume)] in
            var volumes: [(name: String, volume: StorageVolume)] = []
            for volume in try pool.volumes() { volumes.append((try volume.name(), volume)) }
            return volumes.sortedIgnoringCase { $0.name }
        }
    }

    fileprivate func path(of volume: StorageVolume) -> String {
        tolerating { () throws(LibvirtError) in try volume.path() } ?? "unknown"
    }
}
