import Confinement
import Libvirt

/// The options for creating a snapshot, in the order in which both commands declare them.
struct SnapshotCreation {
    private let flags: [(Key<Bool>, Domain.SnapshotCreateFlags)]

    init(_ options: inout Options) {
        flags = [
            (options.flag("no-metadata", "do not store metadata"), .noMetadata),
            (options.flag("halt", "destroy the domain afterwards"), .halt),
            (options.flag("disk-only", "capture disks but not memory", .refused), .diskOnly),
            (options.flag("reuse-external", "use existing files", .refused), .reuseExternal),
            (options.flag("quiesce", "have the guest agent freeze file systems"), .quiesce),
            (
                options.flag("atomic", "fail without changes unless all disks can be captured"),
                .atomic
            ),
            (options.flag("live", "capture memory while the domain runs"), .live),
            (options.flag("validate", "check the XML against the schema"), .validate),
        ]
    }

    func flags(_ given: ParsedOptions) throws -> Domain.SnapshotCreateFlags {
        try given.flags(flags)
    }
}

extension Shell {
    /// Creates a snapshot; `file` is the source of its XML, for the message.
    /// virsh 9.0.0: `virshSnapshotCreate`.
    func createSnapshot(
        of domain: Domain, _ xml: String, _ flags: Domain.SnapshotCreateFlags, from file: String?
    ) throws {
        let xml = try gate.judged(snapshot: xml, of: domain)
        var flags = flags
        func create() -> Result<DomainSnapshot, LibvirtError> {
            Result { () throws(LibvirtError) in try domain.createSnapshot(xml: xml, flags) }
        }
        var result = create()
        // virsh retries generated XML without validation, for older daemons.
        if case .failure(let error) = result, error.code == .noSupport, file == nil {
            flags.remove(.validate)
            result = create()
        }
        var halts = false
        if case .failure(let error) = result, error.code == .invalidArgument,
            flags.contains(.halt)
        {
            // virsh assumes a daemon that is too old to halt the domain, and halts it itself.
            LibvirtError.forgetReported()
            guard try domain.isPersistent() else {
                throw CommandFailure("cannot halt after snapshot of transient domain")
            }
            halts = tolerating { () throws(LibvirtError) in try domain.isActive() } ?? false
            flags.remove(.halt)
            result = create()
        }
        let snapshot = try result.get()
        if halts { try domain.destroy() }
        let source = file.map { " from '\($0)'" } ?? ""
        printExtra("Domain snapshot \(try snapshot.name()) created\(source)")
    }
}
