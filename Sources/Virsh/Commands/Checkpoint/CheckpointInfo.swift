import Libvirt
import Policy
import Text

extension Command {
    /// virsh 9.0.0: `cmdCheckpointInfo` in virsh-checkpoint.c.
    static let checkpointInfo = Command(
        "checkpoint-info", .read, on: [.domain, .snapshot], help: "print the state of a checkpoint"
    ) { options in
        let domain = options.domain()
        let name = options.checkpointName()

        return { shell, given in
            let domain = try shell.domain(given[domain])
            let (checkpoint, name) = try given.checkpoint(name, of: domain)
            func row(_ name: String, _ value: String) {
                shell.print("\(name.padded(15)) \(value)\n")
            }
            row("Name:", name)
            row("Domain:", try domain.name())
            do throws(CommandFailure) {
                row("Parent:", try shell.parentName(of: checkpoint) ?? "-")
            } catch {
                throw error.adding("unexpected problem querying checkpoint state")
            }
            do throws(LibvirtError) {
                row("Children:", "\(try checkpoint.children().count)")
            } catch {
                // An old daemon cannot list children. virsh then omits the last line and succeeds.
                guard error.code == .noSupport else { throw error }
                return LibvirtError.forgetReported()
            }
            row("Descendants:", "\(try checkpoint.children(.descendants).count)")
        }
    }
}
