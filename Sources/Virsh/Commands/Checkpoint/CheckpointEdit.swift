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
            do {
                let isChanged = try shell.edit(checkpoint, name, of: domain)
                shell.printExtra(
                    "Checkpoint \(name) "
                        + (isChanged ? "edited." : "XML configuration not changed."))
            } catch let failure as CommandFailure {
                throw failure.adding("Failed to update \(name)")
            } catch {
                throw CommandFailure("Failed to update \(name)")
            }
        }
    }
}

extension Shell {
    /// Edits and redefines a checkpoint. Returns false if nothing was changed; fails on a new name.
    fileprivate func edit(
        _ checkpoint: DomainCheckpoint, _ name: String, of domain: Domain
    ) throws -> Bool {
        var edited: DomainCheckpoint?
        let isChanged = try edit {
            () throws(LibvirtError) in
            try checkpoint.xml(.secure)
        } define: { (xml) throws(LibvirtError) in
            edited = try domain.createCheckpoint(xml: .own(xml), .redefine)
        }
        guard isChanged else { return false }
        // virsh crashes if libvirt rejects the change.
        guard let edited else { throw CommandFailure.silent }
        let newName = try edited.name()
        guard newName != name else { return true }
        do throws(LibvirtError) {
            try edited.delete(.metadataOnly)
        } catch {
            LibvirtError.forgetReported()
            throw CommandFailure(error.message, "Failed to clean up \(newName)")
        }
        throw CommandFailure("Cannot rename checkpoint \(name) to \(newName)")
    }
}
