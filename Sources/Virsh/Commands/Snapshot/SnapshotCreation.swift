import Libvirt

/// The options that say how a snapshot is made, in the order that both commands declare them.
struct SnapshotCreation {
    private let flags: [(Key<Bool>, Domain.SnapshotCreateFlags)]

    init(_ options: inout Options) {
        flags = [
            (options.flag("no-metadata", "do not keep data about it"), .noMetadata),
            (options.flag("halt", "end the domain afterwards"), .halt),
            (options.flag("disk-only", "disks, not memory"), .diskOnly),
            (options.flag("reuse-external", "use files that exist"), .reuseExternal),
            (options.flag("quiesce", "let the guest sync its file systems"), .quiesce),
            (options.flag("atomic", "all disks or none"), .atomic),
            (options.flag("live", "while the domain runs"), .live),
            (options.flag("validate", "check the description against the schema"), .validate),
        ]
    }

    func flags(_ given: ParsedOptions) throws -> Domain.SnapshotCreateFlags {
        try given.flags(flags)
    }
}

extension Shell {
    /// Makes a snapshot; `file` is where its description came from.
    /// virsh 9.0.0: `virshSnapshotCreate`.
    func createSnapshot(
        of domain: Domain, _ xml: String, _ flags: Domain.SnapshotCreateFlags, from file: String?
    ) throws {
        var flags = flags
        func create() -> Result<DomainSnapshot, LibvirtError> {
            Result { () throws(LibvirtError) in try domain.createSnapshot(xml: xml, flags) }
        }
        var result = create()
        if case .failure(let error) = result, error.code == .noSupport, file == nil {
            flags.remove(.validate)
            result = create()
        }
        var halts = false
        if case .failure(let error) = result, error.code == .invalidArgument,
            flags.contains(.halt)
        {
            // virsh takes it for an old daemon that cannot halt the domain, and does so itself.
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
