import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdCheckpointDelete` in virsh-checkpoint.c.
    static let checkpointDelete = Command(
        "checkpoint-delete", .changes, help: "remove a checkpoint"
    ) { options in
        let domain = options.domain()
        let name = options.checkpointName()
        let children = options.flag("children", "those after it, too")
        let childrenOnly = options.flag("children-only", "only those after it")
        let metadata = options.flag("metadata", "only what libvirt knows of it")

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
            let what = flags.contains(.childrenOnly) ? "\(name) children" : name
            shell.printExtra("Domain checkpoint \(what) deleted")
        }
    }
}
