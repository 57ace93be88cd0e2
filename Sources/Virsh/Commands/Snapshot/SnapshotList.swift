import Host
import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdSnapshotList` in virsh-snapshot.c.
    static let snapshotList = Command(
        "snapshot-list", .reads, help: "list a domain's snapshots"
    ) { options in
        let domain = options.domain()
        let parent = options.flag("parent", "parents, too")
        let roots = options.flag("roots", "those without a parent")
        let leaves = options.flag("leaves", "those that none was made on")
        let noLeaves = options.flag("no-leaves", "those that others were made on")
        let metadata = options.flag("metadata", "those that libvirt keeps data about")
        let noMetadata = options.flag("no-metadata", "those that it keeps none about")
        let inactive = options.flag("inactive", "those of the domain shut off")
        let active = options.flag("active", "those of the domain running")
        let diskOnly = options.flag("disk-only", "those without memory")
        let `internal` = options.flag("internal", "those inside of disk images")
        let external = options.flag("external", "those with files of their own")
        let tree = options.flag("tree", "draw a tree")
        let from = options.string("from", "those made on this one")
        let current = options.flag("current", "those made on the current one")
        let descendants = options.flag("descendants", "those made on those, too")
        let name = options.flag("name", "only names")
        let topological = options.flag("topological", "parents before children")

        return { shell, given in
            try given.exclusive(tree, name)
            try given.exclusive(parent, roots)
            try given.exclusive(parent, tree)
            try given.exclusive(roots, tree)
            try given.exclusive(roots, from)
            try given.exclusive(roots, current)
            var filter: DomainSnapshot.Filter = try given.flags(
                [
                    (leaves, .leaves), (noLeaves, .noLeaves), (inactive, .inactive),
                    (active, .active), (diskOnly, .diskOnly), (`internal`, .internal),
                    (external, .external),
                ], unless: tree)
            filter.formUnion(
                try given.flags([
                    (topological, .topological), (roots, .roots), (metadata, .metadata),
                    (noMetadata, .noMetadata),
                ]))
            let hasStart = given.has(from) || given.has(current)
            if try given[descendants] {
                guard hasStart else {
                    throw CommandFailure("--descendants requires either --from or --current")
                }
                filter.insert(.descendants)
            }
            let domain = try shell.domain(given[domain])
            let naming = SnapshotNaming(name: from, current: current)
            let start = hasStart ? try naming.find(given, of: domain).snapshot : nil

            let snapshots = try start?.children(filter) ?? domain.snapshots(filter)
            if given.has(tree) {
                return shell.print(
                    try shell.tree(snapshots, start, sorted: !given.has(topological)).text)
            }
            let named = try shell.named(snapshots, sorted: !given.has(topological))
            if try given[name] {
                for (name, _) in named { shell.print(name + "\n") }
            } else {
                shell.print(try shell.table(named, parents: given[parent]))
            }
        }
    }
}

extension Shell {
    /// virsh 9.0.0: `virshSnapshotListCollect`.
    fileprivate func named(
        _ snapshots: [DomainSnapshot], sorted: Bool
    ) throws -> [(name: String, snapshot: DomainSnapshot)] {
        let named = try snapshots.map { (name: try $0.name(), snapshot: $0) }
        return sorted ? named.sortedIgnoringCase { $0.name } : named
    }

    /// The tree of snapshots, below `start` if that is given.
    fileprivate func tree(
        _ snapshots: [DomainSnapshot], _ start: DomainSnapshot?, sorted: Bool
    ) throws -> Tree {
        var nodes = try snapshots.map { (name: try $0.name(), parent: try parentName(of: $0)) }
        if let start { nodes.append((try start.name(), nil)) }
        return Tree(sorted ? nodes.sortedIgnoringCase { $0.name } : nodes)
    }

    fileprivate func table(
        _ snapshots: [(name: String, snapshot: DomainSnapshot)], parents: Bool
    ) throws -> Table {
        var table =
            parents
            ? Table("Name", "Creation Time", "State", "Parent")
            : Table("Name", "Creation Time", "State")
        for (name, snapshot) in snapshots {
            // One that is gone by now is left out.
            guard let xml = tolerating({ () throws(LibvirtError) in try snapshot.xml() }) else {
                continue
            }
            let description = try SnapshotDescription(xml)
            guard let state = description.state, let time = description.creationTime else {
                continue
            }
            let cells = [name, localTime(time, zone: true), state]
            table.append(parents ? cells + [description.parent ?? ""] : cells)
        }
        return table
    }
}
