import CLibxml2

/// A node of a document: an element, an attribute or a text. It keeps the document alive.
/// C: `xmlNodePtr`.
package struct Node {
    let pointer: xmlNodePtr
    package let document: Document

    /// An element's or attribute's name without its prefix.
    package var name: String { pointer.pointee.name.map { String(cString: $0) } ?? "" }

    /// The prefix of the name's namespace, e.g. `qemu`; `nil` if there is none.
    package var prefix: String? {
        pointer.pointee.ns?.pointee.prefix.map { String(cString: $0) }
    }

    package var isElement: Bool { pointer.pointee.type == XML_ELEMENT_NODE }
    package var isText: Bool { pointer.pointee.type == XML_TEXT_NODE }

    /// All text inside of an element, or an attribute's value. C: `xmlNodeGetContent`.
    package var text: String {
        guard let content = xmlNodeGetContent(pointer) else { return "" }
        defer { atex_xml_free(content) }
        return String(cString: content)
    }

    /// The value of an attribute without a prefix; `nil` if there is no such attribute.
    /// C: `xmlGetNoNsProp`.
    package subscript(attribute: String) -> String? {
        guard let value = xmlGetNoNsProp(pointer, attribute) else { return nil }
        defer { atex_xml_free(value) }
        return String(cString: value)
    }

    /// An element's attributes, in their order.
    package var attributes: [(name: String, value: String)] {
        var found: [(String, String)] = []
        var next = pointer.pointee.properties
        while let attribute = next {
            let name = String(cString: attribute.pointee.name)
            found.append((name, self[name] ?? ""))
            next = attribute.pointee.next
        }
        return found
    }

    /// Whether an element has neither attributes nor contents.
    package var isBare: Bool {
        pointer.pointee.properties == nil && pointer.pointee.children == nil
    }

    /// The parent element; `nil` for the outermost element.
    package var parent: Node? {
        guard let parent = pointer.pointee.parent, parent.pointee.type == XML_ELEMENT_NODE else {
            return nil
        }
        return Node(pointer: parent, document: document)
    }

    /// The child elements, and the texts between them.
    package var children: [Node] {
        var children: [Node] = []
        var next = pointer.pointee.children
        while let child = next {
            children.append(Node(pointer: child, document: document))
            next = child.pointee.next
        }
        return children
    }

    /// The child elements with this name; `nil` means any name.
    package func elements(_ name: String? = nil) -> [Node] {
        children.filter { $0.isElement && (name == nil || $0.name == name) }
    }

    /// The node as XML text; `format` indents it, which needs a document without blanks.
    /// C: `xmlNodeDump`.
    package func serialized(format: Bool) -> String {
        XML.serialized(pointer, of: document.pointer, format: format)
    }
}

extension Node: Hashable {
    /// Whether both are the same node of the same document.
    package static func == (one: Node, other: Node) -> Bool { one.pointer == other.pointer }

    package func hash(into hasher: inout Hasher) { hasher.combine(pointer) }
}
