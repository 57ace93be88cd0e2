import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdSnapshotEdit` in virsh-snapshot.c.
    static let snapshotEdit = Command(
        "snapshot-edit", .never, on: .domain, help: "edit the XML of a snapshot"
    ) { options in
        let domain = options.domain()
        let naming = SnapshotNaming(&options)
        let rename = options.flag("rename", "allow a new name")
        let clone = options.flag("clone", "create another snapshot if the name is changed")

        return { shell, given in
            try given.exclusive(rename, clone)
            let domain = try shell.domain(given[domain])
            let (snapshot, name) = try naming.find(given, of: domain, exclusive: false)
            do throws(LibvirtError) { _ = try snapshot.xml(.secure) } catch {
                throw CommandFailure("Failed to update \(name)")
            }
            throw shell.needsEditor
        }
    }
}
