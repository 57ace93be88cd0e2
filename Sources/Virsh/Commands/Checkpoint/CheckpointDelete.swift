import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdCheckpointDelete` in virsh-checkpoint.c.
    static let checkpointDelete = Command(
        "checkpoint-delete", .snapshot, on: [.domain, .snapshot], help: "delete a checkpoint"
    ) { options in
        let domain = options.domain()
        let name = options.checkpointName()
        let children = options.flag("children", "delete its descendants, too")
        let childrenOnly = options.flag("children-only", "delete only its descendants")
        let metadata = options.flag("metadata", "delete only libvirt's metadata")

        return { shell, given in
            let domain = try shell.domain(given[domain])
            let (checkpoint, name) = try given.checkpoint(name, of: domain)
            var flags: DomainCheckpoint.DeleteFlags = []
            if try given[children] { flags.insert(.children) }
            if try given[childrenOnly] { flags.insert(.childrenOnly) }
            if try given[metadata] { flags.insert(.metadataOnly) }
            try shell.explaining("Failed to delete checkpoint \(name)") {
                () throws(LibvirtError) in try checkpoint.delete(flags)
            }
            let deleted = flags.contains(.childrenOnly) ? "\(name) children" : name
            shell.printExtra("Domain checkpoint \(deleted) deleted")
        }
    }
}
