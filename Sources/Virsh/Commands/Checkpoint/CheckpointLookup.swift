import Confinement
import Libvirt

extension Options {
    /// The option `checkpointname`. The body looks it up with `ParsedOptions.checkpoint`.
    mutating func checkpointName() -> Key<String?> {
        string(
            "checkpointname", "the checkpoint's name", names: .snapshot,
            required: version >= .newParser, place: .positional)
    }
}

extension ParsedOptions {
    /// The checkpoint that an option names. Before the new parser, virsh declared the option as
    /// optional but required it here.
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
    /// The name of a checkpoint's parent; `nil` if it has none.
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

    /// Creates a checkpoint; `file` is the source of its XML, for the message.
    /// virsh 9.0.0: `virshCheckpointCreate`.
    func createCheckpoint(
        of domain: Domain, _ xml: String, _ flags: Domain.CheckpointCreateFlags, from file: String?
    ) throws {
        let checkpoint = try domain.createCheckpoint(
            xml: gate.judged(checkpoint: xml, of: domain), flags)
        let source = file.map { " from '\($0)'" } ?? ""
        printExtra("Domain checkpoint \(try checkpoint.name()) created\(source)")
    }
}
