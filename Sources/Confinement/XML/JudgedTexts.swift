package import Policy
import XML

// Texts that reach a domain's XML by calls of their own.
extension XMLJudge {
    /// Judges the text of a title or a description.
    package static func judge(text: String) throws(Denial) {
        guard ValueKind.text.normalized(text) != nil else {
            throw Denial(xml: "the text \(ValueKind.text.rule)")
        }
    }

    /// Judges metadata of a namespace, and returns it for libvirt, which adds the namespace itself;
    /// `nil` removes it.
    package static func judge(metadata: String?, namespace: String) throws(Denial) -> String? {
        guard namespace == libosinfoNamespace else {
            throw Denial(xml: "metadata of the namespace '\(clean(namespace))' is not allowed")
        }
        guard let metadata else { return nil }
        let root: Node
        do throws(XMLError) {
            root = try Document(untrusted: Array(metadata.utf8), maximumDepth: maximumDepth).root
        } catch { throw Denial(xml: clean(error.message)) }
        guard try name(of: root) == "libosinfo" else {
            throw Denial(xml: "element '\(clean(root.name))' is not allowed; it must be libosinfo")
        }
        try checkAttributes(of: root, [])
        var systems = ""
        for child in root.children where !child.isComment {
            guard child.isElement else {
                guard child.text.trimmingXMLBlanks.isEmpty else {
                    throw Denial(xml: "element 'libosinfo' may not contain text")
                }
                continue
            }
            guard try name(of: child) == "os", systems.isEmpty, child.elements().isEmpty,
                child.text.trimmingXMLBlanks.isEmpty
            else {
                throw Denial(xml: "element '\(clean(child.name))' is not allowed; one os may occur")
            }
            try checkAttributes(of: child, ["id"])
            let id = child["id"] ?? ""
            try judge(text: id)
            systems = "<os id='\(Writer.escaped(id))'/>"
        }
        return systems.isEmpty ? "<libosinfo/>" : "<libosinfo>\(systems)</libosinfo>"
    }

    private static func name(of node: Node) throws(Denial) -> String {
        guard node.namespace == nil || node.namespace == libosinfoNamespace else {
            throw Denial(xml: "element '\(clean(node.name))' is in a namespace that is not allowed")
        }
        return node.name
    }

    private static func checkAttributes(of node: Node, _ allowed: [String]) throws(Denial) {
        let names = node.attributes.map(\.name) + node.prefixedAttributes
        for name in names where !allowed.contains(name) {
            throw Denial(xml: "attribute '\(clean(name))' of '\(clean(node.name))' is not allowed")
        }
    }
}
