import Confinement
import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdDomainSnapshotRevert` in virsh-snapshot.c.
    static let snapshotRevert = Command(
        "snapshot-revert", .snapshot, on: [.domain, .snapshot],
        help: "revert a domain to a snapshot"
    ) { options in
        let domain = options.domain()
        let naming = SnapshotNaming(&options)
        let running = options.flag("running", "run the domain afterwards")
        let paused = options.flag("paused", "pause the domain afterwards")
        let force = options.flag("force", "revert even if that is risky")
        let resetNVRAM = options.flag("reset-nvram", "recreate its NVRAM")

        return { shell, given in
            var flags: DomainSnapshot.RevertFlags = []
            if try given[running] { flags.insert(.running) }
            if try given[paused] { flags.insert(.paused) }
            if try given[resetNVRAM] { flags.insert(.resetNVRAM) }
            let isForced = try given[force]
            let domain = try shell.domain(given[domain])
            let (snapshot, name) = try naming.find(given, of: domain)
            try shell.gate.exclusively {
                try shell.gate.willRevert(domain, to: snapshot)
                try shell.explaining("Failed to revert snapshot \(name)") {
                    () throws(LibvirtError) in
                    do throws(LibvirtError) {
                        try snapshot.revert(flags)
                    } catch {
                        // Like virsh, force only if libvirt refuses otherwise.
                        guard isForced, error.code == .snapshotRevertRisky else { throw error }
                        LibvirtError.forgetReported()
                        try snapshot.revert(flags.union(.force))
                    }
                }
            }
            shell.printExtra("Domain snapshot \(name) reverted")
        }
    }
}
