import Confinement
import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdSnapshotDelete` in virsh-snapshot.c.
    static let snapshotDelete = Command(
        "snapshot-delete", .snapshot, on: [.domain, .snapshot], help: "delete a snapshot"
    ) { options in
        let domain = options.domain()
        let naming = SnapshotNaming(&options)
        let children = options.flag("children", "delete its descendants, too")
        let childrenOnly = options.flag("children-only", "delete only its descendants")
        let metadata = options.flag("metadata", "delete only libvirt's metadata")

        return { shell, given in
            let domain = try shell.domain(given[domain])
            let (snapshot, name) = try naming.find(given, of: domain)
            var flags: DomainSnapshot.DeleteFlags = []
            if try given[children] { flags.insert(.children) }
            if try given[childrenOnly] { flags.insert(.childrenOnly) }
            if try given[metadata] { flags.insert(.metadataOnly) }
            let hasChildren = !flags.isDisjoint(with: [.children, .childrenOnly])
            try shell.gate.willDelete(snapshot, of: domain, withChildren: hasChildren)
            try shell.explaining("Failed to delete snapshot \(name)") {
                () throws(LibvirtError) in try snapshot.delete(flags)
            }
            let deleted = flags.contains(.childrenOnly) ? "\(name) children" : name
            shell.printExtra("Domain snapshot \(deleted) deleted")
        }
    }
}
