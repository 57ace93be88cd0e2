import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdSnapshotCurrent` in virsh-snapshot.c.
    static let snapshotCurrent = Command(
        "snapshot-current", .snapshot, on: [.domain, .snapshot], mayOnlyRead: true,
        help: "print or set the current snapshot"
    ) { options in
        let domain = options.domain()
        let name = options.flag("name", "print only its name", .selects)
        let secure = options.flag("security-info", "include passwords", .refused)
        let newCurrent = options.string(
            "snapshotname", "the snapshot to make the current one", names: .snapshot,
            place: .positional)

        return { shell, given in
            try given.exclusive(name, newCurrent)
            let word = try given[domain]
            let domain = try shell.domain(word)
            if let newCurrent = try given[newCurrent] {
                try domain.makeCurrent(domain.snapshot(name: newCurrent))
                return shell.printExtra("Snapshot \(newCurrent) set as current")
            }
            guard try domain.hasCurrentSnapshot() else {
                throw CommandFailure("domain '\(word)' has no current snapshot")
            }
            let snapshot = try domain.currentSnapshot()
            if try given[name] {
                shell.print(try snapshot.name())
            } else {
                shell.print(try snapshot.xml(given[secure] ? .secure : []))
            }
        }
    }
}

extension Domain {
    fileprivate func makeCurrent(_ snapshot: DomainSnapshot) throws(LibvirtError) {
        let xml = try snapshot.xml(.secure)
        var flags: SnapshotCreateFlags = [.redefine, .current]
        if xml.isOfDisksOnly { flags.insert(.diskOnly) }
        _ = try createSnapshot(xml: .own(xml), flags)
    }
}

extension String {
    /// Whether XML describes a snapshot of disks only. virsh also searches the text.
    var isOfDisksOnly: Bool { contains("<state>disk-snapshot</state>") }
}
