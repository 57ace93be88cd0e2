import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdDomainSnapshotRevert` in virsh-snapshot.c.
    static let snapshotRevert = Command(
        "snapshot-revert", .changes, help: "put a domain back to a snapshot"
    ) { options in
        let domain = options.domain()
        let naming = SnapshotNaming(&options)
        let running = options.flag("running", "let the domain run afterwards")
        let paused = options.flag("paused", "pause the domain afterwards")
        let force = options.flag("force", "even where that could lose data")
        let resetNVRAM = options.flag("reset-nvram", "make its NVRAM anew")

        return { shell, given in
            var flags: DomainSnapshot.RevertFlags = []
            if try given[running] { flags.insert(.running) }
            if try given[paused] { flags.insert(.paused) }
            if try given[resetNVRAM] { flags.insert(.resetNVRAM) }
            let isForced = try given[force]
            let domain = try shell.domain(given[domain])
            let (snapshot, name) = try naming.find(given, of: domain)
            try shell.explaining("Failed to revert snapshot \(name)") {
                () throws(LibvirtError) in
                do throws(LibvirtError) {
                    try snapshot.revert(flags)
                } catch {
                    // Force only where that makes a difference, as virsh does.
                    guard isForced, error.code == .snapshotRevertRisky else { throw error }
                    LibvirtError.forgetReported()
                    try snapshot.revert(flags.union(.force))
                }
            }
            shell.printExtra("Domain snapshot \(name) reverted")
        }
    }
}
