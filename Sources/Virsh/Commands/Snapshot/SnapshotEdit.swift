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
            var flags: Domain.SnapshotCreateFlags = .redefine
            if given.has(naming.current), given.has(naming.name) { flags.insert(.current) }
            let domain = try shell.domain(given[domain])
            let (snapshot, name) = try naming.find(given, of: domain, exclusive: false)
            do {
                guard let edited = try shell.edit(snapshot, of: domain, flags) else {
                    shell.printExtra("Snapshot \(name) XML configuration not changed.")
                    return
                }
                try shell.cleanUp(
                    after: edited, from: snapshot, renames: given[rename], clones: given[clone])
            } catch let failure as CommandFailure {
                throw failure.adding("Failed to update \(name)")
            } catch {
                throw CommandFailure("Failed to update \(name)")
            }
        }
    }
}

extension Shell {
    /// The snapshot defined by the edited XML; `nil` if nothing was changed.
    fileprivate func edit(
        _ snapshot: DomainSnapshot, of domain: Domain, _ flags: Domain.SnapshotCreateFlags
    ) throws -> DomainSnapshot? {
        var flags = flags
        var edited: DomainSnapshot?
        let isChanged = try edit(always: flags.contains(.current)) {
            () throws(LibvirtError) in
            let xml = try snapshot.xml(.secure)
            // libvirt redefines a snapshot of disks only with a flag for it.
            if xml.isOfDisksOnly { flags.insert(.diskOnly) }
            return xml
        } define: { (xml) throws(LibvirtError) in
            edited = try domain.createSnapshot(xml: .own(xml), flags)
        }
        // virsh crashes if libvirt rejects the change.
        if isChanged, edited == nil { throw CommandFailure.silent }
        return edited
    }

    /// Deletes the old or the new snapshot if the name has changed, unless both are to stay.
    fileprivate func cleanUp(
        after edited: DomainSnapshot, from snapshot: DomainSnapshot, renames: Bool, clones: Bool
    ) throws {
        let name = try snapshot.name()
        let newName = try edited.name()
        guard name != newName else { return printExtra("Snapshot \(name) edited.") }
        guard !clones else { return printExtra("Snapshot \(name) cloned to \(newName).") }
        do throws(LibvirtError) {
            try (renames ? snapshot : edited).delete(.metadataOnly)
        } catch {
            LibvirtError.forgetReported()
            throw CommandFailure(
                error.message, "Failed to clean up \(renames ? name : newName)")
        }
        guard renames else {
            throw CommandFailure(
                "Must use --rename or --clone to change \(name) to \(newName)")
        }
    }
}
