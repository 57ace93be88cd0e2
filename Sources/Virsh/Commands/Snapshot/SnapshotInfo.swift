import Libvirt
import Policy
import Text

extension Command {
    /// virsh 9.0.0: `cmdSnapshotInfo` in virsh-snapshot.c.
    static let snapshotInfo = Command(
        "snapshot-info", .read, on: [.domain, .snapshot], help: "print the state of a snapshot"
    ) { options in
        let domain = options.domain()
        let naming = SnapshotNaming(&options)

        return { shell, given in
            let domain = try shell.domain(given[domain])
            let (snapshot, name) = try naming.find(given, of: domain)
            func row(_ name: String, _ value: String) {
                shell.print("\(name.padded(15)) \(value)\n")
            }
            row("Name:", name)
            row("Domain:", try domain.name())
            let isCurrent = shell.attempt { () throws(LibvirtError) in try snapshot.isCurrent() }
            row("Current:", isCurrent == true ? "yes" : "no")

            let description = try SnapshotDescription(snapshot.xml())
            guard let state = description.state else {
                throw CommandFailure("unexpected problem reading snapshot xml")
            }
            row("State:", state)
            row("Location:", description.isExternal ? "external" : "internal")
            row("Parent:", description.parent ?? "-")

            do throws(LibvirtError) {
                row("Children:", "\(try snapshot.childCount())")
            } catch {
                // An old daemon cannot count children. virsh then omits the other lines and
                // succeeds.
                guard error.code == .noSupport else { throw error }
                return LibvirtError.forgetReported()
            }
            row("Descendants:", "\(try snapshot.childCount(.descendants))")
            // Like virsh, fall back to listing the snapshots with metadata.
            let hasMetadata =
                shell.attempt { () throws(LibvirtError) in try snapshot.hasMetadata() }
                ?? shell.attempt { () throws(LibvirtError) in
                    try !domain.snapshots(.metadata).isEmpty
                }
            if let hasMetadata { row("Metadata:", hasMetadata ? "yes" : "no") }
        }
    }
}
