import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdCheckpointParent` in virsh-checkpoint.c.
    static let checkpointParent = Command(
        "checkpoint-parent", .read, on: [.domain, .snapshot],
        help: "print the name of a checkpoint's parent"
    ) { options in
        let domain = options.domain()
        let name = options.checkpointName()

        return { shell, given in
            let domain = try shell.domain(given[domain])
            let (checkpoint, name) = try given.checkpoint(name, of: domain)
            guard let parent = try shell.parentName(of: checkpoint) else {
                throw CommandFailure("checkpoint '\(name)' has no parent")
            }
            shell.print(parent)
        }
    }
}
