import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdCheckpointEdit` in virsh-checkpoint.c.
    static let checkpointEdit = Command(
        "checkpoint-edit", .never, on: .domain, help: "edit the XML of a checkpoint"
    ) { options in
        let domain = options.domain()
        let name = options.checkpointName()

        return { shell, given in
            let domain = try shell.domain(given[domain])
            let (checkpoint, name) = try given.checkpoint(name, of: domain)
            do throws(LibvirtError) { _ = try checkpoint.xml(.secure) } catch {
                throw CommandFailure("Failed to update \(name)")
            }
            throw shell.needsEditor
        }
    }
}
