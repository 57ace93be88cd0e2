import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdSnapshotCreate` in virsh-snapshot.c.
    static let snapshotCreate = Command(
        "snapshot-create", .snapshot, on: [.domain, .xml, .file], help: "create a snapshot from XML"
    ) { options in
        let domain = options.domain()
        let file = options.string(
            "xmlfile", "file with the XML of a snapshot", names: [.xml, .file],
            place: .positional)
        let redefine = options.flag("redefine", "define metadata of an existing snapshot", .refused)
        let current = options.flag("current", "with --redefine, make it the current snapshot")
        let creation = SnapshotCreation(&options)

        return { shell, given in
            var flags = try creation.flags(given)
            if try given[redefine] { flags.insert(.redefine) }
            if try given[current] { flags.insert(.current) }
            let domain = try shell.domain(given[domain])
            let file = try given[file]
            let xml = try file.map(shell.text(ofFile:)) ?? "<domainsnapshot/>"
            try shell.createSnapshot(of: domain, xml, flags, from: file)
        }
    }
}
