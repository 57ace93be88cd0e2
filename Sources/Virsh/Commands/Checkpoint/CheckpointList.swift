import Libvirt
import Policy
import System
import Text

extension Command {
    /// virsh 9.0.0: `cmdCheckpointList` in virsh-checkpoint.c.
    static let checkpointList = Command(
        "checkpoint-list", .read, on: .domain, help: "list a domain's checkpoints"
    ) { options in
        let domain = options.domain()
        let parent = options.flag("parent", "print parents, too")
        let roots = options.flag("roots", "list checkpoints without a parent")
        let leaves = options.flag("leaves", "list checkpoints without children")
        let noLeaves = options.flag("no-leaves", "list checkpoints with children")
        let tree = options.flag("tree", "print a tree")
        let from = options.string("from", "list children of this checkpoint")
        let descendants = options.flag("descendants", "with --from, list all descendants")
        let name = options.flag("name", "print only names")
        let topological = options.flag("topological", "list parents before children")

        return { shell, given in
            try given.exclusive(tree, name)
            try given.exclusive(parent, roots)
            try given.exclusive(parent, tree)
            try given.exclusive(roots, tree)
            try given.exclusive(roots, from)
            var filter: DomainCheckpoint.Filter = try given.flags(
                [(leaves, .leaves), (noLeaves, .noLeaves)], unless: tree)
            filter.formUnion(try given.flags([(topological, .topological), (roots, .roots)]))
            if try given[descendants] {
                guard given.has(from) else {
                    throw CommandFailure("--descendants requires --from")
                }
                filter.insert(.descendants)
            }
            let domain = try shell.domain(given[domain])
            let start = given.has(from) ? try given.checkpoint(from, of: domain).checkpoint : nil

            let checkpoints = try shell.explaining("unexpected problem querying checkpoints") {
                () throws(LibvirtError) in
                if let start { try start.children(filter) } else { try domain.checkpoints(filter) }
            }
            let isSorted = !given.has(topological)
            if try given[tree] {
                return shell.print(try shell.tree(checkpoints, start, sorted: isSorted).text)
            }
            var named = try checkpoints.map { (name: try $0.name(), checkpoint: $0) }
            if isSorted { named = named.sortedIgnoringCase { $0.name } }
            if try given[name] {
                // Before 10.3, --parent had no effect here.
                let showsParents = try given[parent] && shell.version >= .init(10, 3)
                for (name, checkpoint) in named {
                    let parent = showsParents ? try shell.parentName(of: checkpoint) : nil
                    shell.print(name + (parent.map { "\t" + $0 } ?? "") + "\n")
                }
            } else {
                shell.print(try shell.table(named, parents: given[parent]))
            }
        }
    }
}

extension Shell {
    /// The tree of checkpoints, below `start` if that is given.
    fileprivate func tree(
        _ checkpoints: [DomainCheckpoint], _ start: DomainCheckpoint?, sorted: Bool
    ) throws -> Tree {
        var nodes = try checkpoints.map { (name: try $0.name(), parent: try parentName(of: $0)) }
        // The start is not in the list of its own descendants, but it is the root of their tree.
        if let start { nodes.append((try start.name(), nil)) }
        return Tree(sorted ? nodes.sortedIgnoringCase { $0.name } : nodes)
    }

    fileprivate func table(
        _ checkpoints: [(name: String, checkpoint: DomainCheckpoint)], parents: Bool
    ) throws -> Table {
        var table =
            parents
            ? Table("Name", "Creation Time", "Parent") : Table("Name", "Creation Time")
        for (name, checkpoint) in checkpoints {
            // Skip a checkpoint that was deleted since it was listed.
            guard let xml = tolerating({ () throws(LibvirtError) in try checkpoint.xml() }) else {
                continue
            }
            let description = try SnapshotDescription(xml)
            guard let time = description.creationTime else { continue }
            let cells = [name, localTime(time, zone: true)]
            table.append(parents ? cells + [description.parent ?? ""] : cells)
        }
        return table
    }
}
