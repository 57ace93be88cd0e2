import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdSnapshotParent` in virsh-snapshot.c.
    static let snapshotParent = Command(
        "snapshot-parent", .reads, help: "the name of the snapshot that one was made on"
    ) { options in
        let domain = options.domain()
        let naming = SnapshotNaming(&options)

        return { shell, given in
            let domain = try shell.domain(given[domain])
            let (snapshot, name) = try naming.find(given, of: domain)
            guard let parent = try shell.parentName(of: snapshot) else {
                throw CommandFailure("snapshot '\(name)' has no parent")
            }
            shell.print(parent)
        }
    }
}
