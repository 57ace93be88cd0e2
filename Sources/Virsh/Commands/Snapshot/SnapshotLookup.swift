import Libvirt

/// The options `--snapshotname` and `--current`, either of which selects a snapshot.
struct SnapshotNaming {
    let name: Key<String?>
    let current: Key<Bool>

    init(_ options: inout Options) {
        name = options.string(
            "snapshotname", "the snapshot's name", names: .snapshot, place: .positional)
        current = options.flag("current", "the current snapshot")
    }

    init(name: Key<String?>, current: Key<Bool>) {
        self.name = name
        self.current = current
    }

    /// The selected snapshot. `exclusive` fails if both options are given.
    /// virsh 9.0.0: `virshLookupSnapshot`.
    func find(
        _ given: ParsedOptions, of domain: Domain, exclusive: Bool = true
    ) throws -> (snapshot: DomainSnapshot, name: String) {
        let word = try given[name]
        if exclusive, given.has(current), word != nil {
            throw CommandFailure("--\(name.name) and --current are mutually exclusive")
        }
        let snapshot: DomainSnapshot
        if let word {
            snapshot = try domain.snapshot(name: word)
        } else if given.has(current) {
            snapshot = try domain.currentSnapshot()
        } else {
            throw CommandFailure("--\(name.name) or --current is required")
        }
        return (snapshot, try snapshot.name())
    }
}

extension Shell {
    /// The name of a snapshot's parent; `nil` if it has none.
    /// virsh 9.0.0: `virshGetSnapshotParent`.
    func parentName(of snapshot: DomainSnapshot) throws(CommandFailure) -> String? {
        do throws(LibvirtError) {
            return try snapshot.parent().name()
        } catch {
            LibvirtError.forgetReported()
            guard error.code != .noSnapshot else { return nil }
            throw CommandFailure(
                error.message, "unable to determine if snapshot has parent")
        }
    }
}
