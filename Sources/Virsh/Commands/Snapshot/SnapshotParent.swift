import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdSnapshotParent` in virsh-snapshot.c.
    static let snapshotParent = Command(
        "snapshot-parent", .read, on: [.domain, .snapshot],
        help: "print the name of a snapshot's parent"
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
