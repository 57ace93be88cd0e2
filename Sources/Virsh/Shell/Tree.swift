/// Draws names below their parents, connected by lines.
struct Tree {
    private let nodes: [(name: String, parent: String?)]

    /// The nodes, in the order in which siblings are drawn. A node without a parent is a root.
    init(_ nodes: [(name: String, parent: String?)]) { self.nodes = nodes }

    /// All roots, each followed by its descendants.
    /// virsh 9.0.0: `vshTreePrint` in vsh.c, called for each root.
    var text: String {
        var text = ""
        for index in nodes.indices where nodes[index].parent == nil {
            draw(index, last: index, isRoot: true, indent: "", into: &text)
        }
        return text
    }

    /// `last` is the index of the last sibling. An empty line follows it, unless it has children.
    private func draw(
        _ index: Int, last: Int?, isRoot: Bool, indent: String, into text: inout String
    ) {
        let name = nodes[index].name
        text += "\(indent)\(isRoot ? "" : "+- ")\(name)\n"
        let below = isRoot ? indent : indent + (index == last ? "  " : "| ")
        let children = nodes.indices.filter { nodes[$0].parent == name }
        if !children.isEmpty { text += "\(below)  |\n" }
        for child in children {
            draw(child, last: children.last, isRoot: false, indent: below + "  ", into: &text)
        }
        if children.isEmpty, index == last { text += "\(below)\n" }
    }
}
