import Policy
import Text
import XML

/// Compares a tree with the rows of an allow-list, and builds it anew from what is allowed.
/// Questions about the host come later.
struct XMLShape {
    let rows: AllowedElements
    /// Whether the tree is libvirt's own: a missing attribute or text is then no setting.
    let isOfLibvirt: Bool

    /// `path` is that of the element's row; `shown` the one that the client used.
    func judged(_ node: Node, at path: String, shown: String) throws(Denial) -> JudgedElement {
        guard let row = rows[path] else { throw .init(xml: "element '\(shown)' is not allowed") }
        try checkNamespaces(of: node, shown: shown)
        var judged = JudgedElement(String(row.name), shown: shown)
        try addAttributes(of: node, row, to: &judged)
        var text = ""
        var count: [String: Int] = [:]
        for child in node.children where !child.isComment {
            guard child.isElement else {
                text += child.text
                continue
            }
            let name = try tableName(of: child, in: shown)
            // The client's prefix may be another one, but then its namespace is the same.
            let shownChild =
                "\(shown)/\(clean(child.prefix.map { $0 + ":" } ?? ""))\(clean(child.name))"
            guard let allowed = rows["\(path)/\(name)"] else {
                throw .init(
                    xml: "element '\(shownChild)' is not allowed; \(rows.children(of: path))")
            }
            count[name, default: 0] += 1
            guard allowed.isRepeatable || count[name] == 1 else {
                throw .init(xml: "element '\(shownChild)' may occur only once")
            }
            judged.children.append(try self.judged(child, at: allowed.path, shown: shownChild))
        }
        judged.text = try judgedText(text, row, shown: shown)
        return judged
    }

    private func addAttributes(
        of node: Node, _ row: AllowedElement, to judged: inout JudgedElement
    ) throws(Denial) {
        if let name = node.prefixedAttributes.first {
            throw .init(xml: "attribute '\(clean(name))' of '\(judged.shown)' is not allowed")
        }
        for (name, value) in node.attributes {
            guard let attribute = row.attributes.first(where: { $0.name == name }) else {
                let allowed = row.attributes.map(\.name).joined(separator: ", ")
                throw .init(
                    xml: "attribute '\(clean(name))' of '\(judged.shown)' is not allowed; "
                        + (allowed.isEmpty ? "it has no attributes" : "allowed are \(allowed)"))
            }
            judged[name] = try normalized(
                value, attribute.kinds, of: "attribute '\(name)' of '\(judged.shown)'")
        }
        if isOfLibvirt { return }
        for attribute in row.attributes
        where attribute.isRequired && judged[attribute.name] == nil {
            throw .init(
                xml: "element '\(judged.shown)' has no attribute '\(attribute.name)', which "
                    + attribute.kinds[0].rule)
        }
    }

    private func judgedText(
        _ text: String, _ row: AllowedElement, shown: String
    ) throws(Denial) -> String {
        guard let first = row.texts.first else {
            guard text.trimmingXMLBlanks.isEmpty else {
                throw .init(xml: "element '\(shown)' may not contain text")
            }
            return ""
        }
        if text.trimmingXMLBlanks.isEmpty {
            // libvirt's default would be the only word, so it is written out.
            if case .words(let words) = first, words.count == 1 { return words[0] }
            // libvirt writes <model fallback='allow'/> for the host's model.
            if isOfLibvirt || row.path == "domain/cpu/model" { return "" }
        }
        return try normalized(text, row.texts, of: "the text of '\(shown)'")
    }

    private func normalized(
        _ value: String, _ kinds: [ValueKind], of subject: String
    ) throws(Denial) -> String {
        for kind in kinds {
            if let value = kind.normalized(value) { return value }
        }
        throw .init(xml: "\(subject) is '\(clean(value))', but \(kinds[0].rule)")
    }

    // MARK: Namespaces

    /// The name as the table spells it.
    private func tableName(of node: Node, in shown: String) throws(Denial) -> String {
        switch node.namespace {
        // A prefix that is not declared is a part of the name.
        case nil where !node.name.contains(":"): return node.name
        case libosinfoNamespace: return "libosinfo:\(node.name)"
        default:
            let prefix = node.prefix.map { $0 + ":" } ?? ""
            throw .init(
                xml: "element '\(shown)/\(clean(prefix + node.name))' is in a namespace that is "
                    + "not allowed")
        }
    }

    private func checkNamespaces(of node: Node, shown: String) throws(Denial) {
        for (_, uri) in node.declaredNamespaces where uri != libosinfoNamespace {
            throw .init(xml: "namespace '\(clean(uri))' in '\(shown)' is not allowed")
        }
    }
}

/// The client's text on one line, shortened.
func clean(_ text: String) -> String {
    let line = printable(text)
    return line.unicodeScalars.count <= 100
        ? line : String(String.UnicodeScalarView(line.unicodeScalars.prefix(100))) + "..."
}

extension Denial {
    /// About XML: `reason` names what the client wrote and what would be right.
    init(xml reason: String) { self.init("XML: \(reason)") }
}
