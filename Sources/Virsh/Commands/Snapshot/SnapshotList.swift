import Libvirt
import Policy
import System
import Text

extension Command {
    /// virsh 9.0.0: `cmdSnapshotList` in virsh-snapshot.c.
    static let snapshotList = Command(
        "snapshot-list", .read, on: .domain, help: "list a domain's snapshots"
    ) { options in
        let domain = options.domain()
        let parent = options.flag("parent", "print parents, too")
        let roots = options.flag("roots", "list snapshots without a parent")
        let leaves = options.flag("leaves", "list snapshots without children")
        let noLeaves = options.flag("no-leaves", "list snapshots with children")
        let metadata = options.flag("metadata", "list snapshots with metadata")
        let noMetadata = options.flag("no-metadata", "list snapshots without metadata")
        let inactive = options.flag("inactive", "list snapshots taken while inactive")
        let active = options.flag("active", "list snapshots taken while active")
        let diskOnly = options.flag("disk-only", "list snapshots of disks only")
        let `internal` = options.flag("internal", "list internal snapshots")
        let external = options.flag("external", "list external snapshots")
        let tree = options.flag("tree", "print a tree")
        let from = options.string("from", "list children of this snapshot")
        let current = options.flag("current", "list children of the current snapshot")
        let descendants = options.flag(
            "descendants", "with --from or --current, list all descendants")
        let name = options.flag("name", "print only names")
        let topological = options.flag("topological", "list parents before children")

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
            // virsh checks only whether --from was given here; its value is read with the lookup
            // below.
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
                // Before 10.3, --parent had no effect here.
                let showsParents = try given[parent] && shell.version >= .init(10, 3)
                for (name, snapshot) in named {
                    let parent = showsParents ? try shell.parentName(of: snapshot) : nil
                    shell.print(name + (parent.map { "\t" + $0 } ?? "") + "\n")
                }
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
        // The start is not in the list of its own descendants, but it is the root of their tree.
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
            // Skip a snapshot that was deleted since it was listed.
            guard let xml = tolerating({ () throws(LibvirtError) in try snapshot.xml() }) else {
                continue
            }
            let description = try SnapshotDescription(xml)
            // virsh also skips a snapshot whose XML lacks these.
            guard let state = description.state, let time = description.creationTime else {
                continue
            }
            let cells = [name, localTime(time, zone: true), state]
            table.append(parents ? cells + [description.parent ?? ""] : cells)
        }
        return table
    }
}
