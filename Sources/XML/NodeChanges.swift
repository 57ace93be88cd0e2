import CLibxml2

extension Node {
    /// Removes the node from its document. The node stays valid. C: `xmlUnlinkNode`.
    package func remove() {
        xmlUnlinkNode(pointer)
        document.removed.append(pointer)
    }

    /// Sets an attribute. C: `xmlSetProp`.
    package func set(_ attribute: String, to value: String) {
        xmlSetProp(pointer, attribute, value)
    }

    /// Renames an element. C: `xmlNodeSetName`.
    package func rename(to name: String) { xmlNodeSetName(pointer, name) }

    /// Replaces an element's contents with a text, in which references, e.g. `&amp;`, are resolved.
    /// Returns libxml2's message if it could not resolve one. C: `xmlNodeSetContent`.
    package func setContent(_ content: String) -> String? {
        // Keep libxml2 from printing; see `nodeSet`.
        atex_xml_silence()
        xmlSetStructuredErrorFunc(nil) { _, _ in }
        defer { xmlSetStructuredErrorFunc(nil, nil) }
        xmlResetLastError()
        xmlNodeSetContent(pointer, content)
        return xmlGetLastError()?.pointee.message.map { String(cString: $0) }
    }

    /// Replaces an element's contents with a text, literally. C: `xmlNodeAddContent`.
    package func setText(_ text: String) {
        // Not xmlNodeSetContent(NULL), which frees nodes that a `Node` may still point to.
        for child in children { child.remove() }
        if !text.isEmpty { xmlNodeAddContent(pointer, text) }
    }

    /// Removes all attributes. C: `xmlRemoveProp`.
    package func removeAttributes() {
        while let attribute = pointer.pointee.properties, xmlRemoveProp(attribute) == 0 {}
    }

    /// Removes an attribute; not an error if there is none. C: `xmlRemoveProp`.
    package func remove(attribute name: String) {
        var next = pointer.pointee.properties
        while let attribute = next {
            next = attribute.pointee.next
            if String(cString: attribute.pointee.name) == name { xmlRemoveProp(attribute) }
        }
    }

    /// Removes all attributes and contents.
    package func clear() {
        removeAttributes()
        for child in children { child.remove() }
    }

    /// Declares a namespace in this element. C: `xmlNewNs`.
    package func declare(namespace uri: String, prefix: String) {
        xmlNewNs(pointer, uri, prefix)
    }

    /// Appends a new element to the contents. C: `xmlNewChild`.
    package func appendChild(_ name: String) -> Node? {
        xmlNewChild(pointer, nil, name, nil).map { Node(pointer: $0, document: document) }
    }

    /// Appends a new element to the contents; `prefix` must be that of a namespace in scope.
    package func append(_ name: String, prefix: String? = nil) -> Node {
        let namespace = prefix.flatMap { xmlSearchNs(document.pointer, pointer, $0) }
        return Node(pointer: xmlNewChild(pointer, namespace, name, nil), document: document)
    }

    /// Appends text to the contents. C: `xmlNewDocText`, `xmlAddChild`.
    package func append(text: String) {
        // xmlAddChild may merge the text into the last one and free `node`: don't use it
        // afterwards.
        if let node = xmlNewDocText(document.pointer, text) { xmlAddChild(pointer, node) }
    }

    /// Appends a copy of a node, of this document or another, to the contents.
    @discardableResult
    package func append(copyOf node: Node) -> Node {
        let copy = xmlDocCopyNode(node.pointer, document.pointer, 1)
        xmlAddChild(pointer, copy)
        return Node(pointer: copy!, document: document)
    }

    /// Appends a copy of an element without its contents: with its attributes and namespaces.
    package func append(tagsOf node: Node) -> Node {
        // 2: attributes and namespaces, but no children.
        let copy = xmlDocCopyNode(node.pointer, document.pointer, 2)
        xmlAddChild(pointer, copy)
        return Node(pointer: copy!, document: document)
    }

    /// Inserts a new element before this one. C: `xmlAddPrevSibling`.
    package func insertBefore(_ name: String) -> Node? {
        guard let node = xmlNewDocNode(document.pointer, nil, name, nil) else { return nil }
        guard xmlAddPrevSibling(pointer, node) != nil else {
            xmlFreeNode(node)
            return nil
        }
        return Node(pointer: node, document: document)
    }

    /// Inserts a copy of a text before this node. C: `xmlDocCopyNode`, `xmlAddPrevSibling`.
    package func insertBefore(copyOf text: Node) {
        guard let copy = xmlDocCopyNode(text.pointer, document.pointer, 0) else { return }
        if xmlAddPrevSibling(pointer, copy) == nil { xmlFreeNode(copy) }
    }

    /// Moves the node to the end of another element of its document. C: `xmlAddChild`.
    package func move(into parent: Node) {
        xmlUnlinkNode(pointer)
        if xmlAddChild(parent.pointer, pointer) == nil { document.removed.append(pointer) }
    }

    /// Moves the node before another one of its document.
    package func move(before sibling: Node) {
        xmlUnlinkNode(pointer)
        xmlAddPrevSibling(sibling.pointer, pointer)
    }

    /// Sorts the child elements by the order of `names`, with all other elements at the end.
    /// Elements of the same name keep their order.
    package func sort(_ names: [String]) {
        let ranks = Dictionary(zip(names, 0...), uniquingKeysWith: { first, _ in first })
        let elements = elements()
        // By rank and then by place, because Swift does not promise a stable sort.
        let sorted = elements.enumerated().sorted {
            let (one, other) = (
                ranks[$0.element.name] ?? names.count, ranks[$1.element.name] ?? names.count
            )
            return (one, $0.offset) < (other, $1.offset)
        }
        // Each goes to the end, so that the last one moved is the last element.
        for (_, node) in sorted { node.move(into: self) }
    }
}
