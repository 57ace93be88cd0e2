import CLibxml2

extension Document {
    /// What an XPath expression comes to.
    package enum Selection {
        case nodes([Node])
        /// A text, a number, a truth value.
        case value
        /// It is no expression.
        case invalid
    }

    /// Evaluates an XPath 1.0 expression, seen from the root element. C: `xmlXPathEval`.
    package func evaluate(_ expression: String) -> Selection {
        guard let context = xmlXPathNewContext(pointer) else { return .invalid }
        defer { xmlXPathFreeContext(context) }
        context.pointee.node = root.pointer
        // libxml2 prints an expression's errors unless somebody else takes them.
        context.pointee.error = { _, _ in }
        guard let result = xmlXPathEval(expression, context) else { return .invalid }
        defer { xmlXPathFreeObject(result) }
        guard result.pointee.type == XPATH_NODESET else { return .value }
        guard let set = result.pointee.nodesetval else { return .nodes([]) }
        return .nodes(
            (0..<Int(set.pointee.nodeNr)).compactMap { index in
                set.pointee.nodeTab[index].map { Node(pointer: $0, document: self) }
            })
    }

    /// Nodes of this document, copied into one new element, as indented XML text.
    /// C: `xmlDocCopyNode`, `xmlNodeDump`.
    package func serialized(_ nodes: [Node], in name: String) -> String {
        guard let made = xmlNewDoc("1.0") else { return "" }
        defer { xmlFreeDoc(made) }
        guard let root = xmlNewDocNode(made, nil, name, nil) else { return "" }
        xmlDocSetRootElement(made, root)
        for node in nodes {
            if let copy = xmlDocCopyNode(node.pointer, made, 1) { xmlAddChild(root, copy) }
        }
        return Node(pointer: root, document: self).serialized(format: true)
    }
}

extension Node {
    /// Replaces all that is inside; references such as `&amp;` in `content` are resolved.
    /// C: `xmlNodeSetContent`.
    package func setContent(_ content: String) {
        xmlNodeSetContent(pointer, content)
    }
}
