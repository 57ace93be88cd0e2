import Libvirt

extension Options {
    /// The option `checkpointname`, to be looked up by the body with `ParsedOptions.checkpoint`.
    mutating func checkpointName() -> Key<String?> {
        string("checkpointname", "the checkpoint's name")
    }
}

extension ParsedOptions {
    /// The checkpoint that an option names, which virsh requires only here.
    /// virsh 9.0.0: `virshLookupCheckpoint`.
    func checkpoint(
        _ key: Key<String?>, of domain: Domain
    ) throws -> (checkpoint: DomainCheckpoint, name: String) {
        guard let word = try self[key] else {
            throw CommandFailure("--\(key.name) is required")
        }
        let checkpoint = try domain.checkpoint(name: word)
        return (checkpoint, try checkpoint.name())
    }
}

extension Shell {
    /// The name of the checkpoint before one; `nil` for a root.
    /// virsh 9.0.0: `virshGetCheckpointParent`.
    func parentName(of checkpoint: DomainCheckpoint) throws(CommandFailure) -> String? {
        do throws(LibvirtError) {
            return try checkpoint.parent().name()
        } catch {
            LibvirtError.forgetReported()
            guard error.code != .noCheckpoint else { return nil }
            throw CommandFailure(
                error.message, "unable to determine if checkpoint has parent")
        }
    }

    /// virsh 9.0.0: `virshCheckpointCreate`.
    func createCheckpoint(
        of domain: Domain, _ xml: String, _ flags: Domain.CheckpointCreateFlags, from file: String?
    ) throws {
        let checkpoint = try domain.createCheckpoint(xml: xml, flags)
        let source = file.map { " from '\($0)'" } ?? ""
        printExtra("Domain checkpoint \(try checkpoint.name()) created\(source)")
    }
}
