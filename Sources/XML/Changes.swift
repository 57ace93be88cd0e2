import CLibxml2

extension Node {
    /// The elements right inside, and texts between them.
    package var children: [Node] {
        var children: [Node] = []
        var next = pointer.pointee.children
        while let child = next {
            children.append(Node(pointer: child, document: document))
            next = child.pointee.next
        }
        return children
    }

    package var isElement: Bool { pointer.pointee.type == XML_ELEMENT_NODE }
    package var isText: Bool { pointer.pointee.type == XML_TEXT_NODE }

    /// Takes the node out of its document. C: `xmlUnlinkNode`.
    package func remove() {
        xmlUnlinkNode(pointer)
        document.removed.append(pointer)
    }

    /// Gives an attribute a value. C: `xmlSetProp`.
    package func set(_ attribute: String, to value: String) {
        xmlSetProp(pointer, attribute, value)
    }

    /// Gives an element another name. C: `xmlNodeSetName`.
    package func rename(to name: String) { xmlNodeSetName(pointer, name) }

    /// Takes all of its attributes away. C: `xmlRemoveProp`.
    package func removeAttributes() {
        while let attribute = pointer.pointee.properties, xmlRemoveProp(attribute) == 0 {}
    }

    /// A new element as the last one inside. C: `xmlNewChild`.
    package func appendChild(_ name: String) -> Node? {
        xmlNewChild(pointer, nil, name, nil).map { Node(pointer: $0, document: document) }
    }

    /// A new element before this one. C: `xmlAddPrevSibling`.
    package func insertBefore(_ name: String) -> Node? {
        guard let node = xmlNewDocNode(document.pointer, nil, name, nil) else { return nil }
        guard xmlAddPrevSibling(pointer, node) != nil else {
            xmlFreeNode(node)
            return nil
        }
        return Node(pointer: node, document: document)
    }

    /// A copy of a text before this node. C: `xmlCopyNode`, `xmlAddPrevSibling`.
    package func insertBefore(copyOf text: Node) {
        guard let copy = xmlDocCopyNode(text.pointer, document.pointer, 0) else { return }
        if xmlAddPrevSibling(pointer, copy) == nil { xmlFreeNode(copy) }
    }

    /// Moves the node to the end of what another one of its document holds. C: `xmlAddChild`.
    package func move(into parent: Node) {
        xmlUnlinkNode(pointer)
        if xmlAddChild(parent.pointer, pointer) == nil { document.removed.append(pointer) }
    }
}
