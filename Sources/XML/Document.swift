import CLibxml2

/// An XML document in memory. C: `xmlDocPtr`.
///
/// Not `Sendable`: libxml2 does not lock its trees.
package final class Document {
    let pointer: xmlDocPtr

    /// Nodes that were removed from the tree. A `Node` may still point to them, so they are freed
    /// only with the document.
    var removed: [xmlNodePtr] = []

    /// Parses a text. `keepBlanks: false` drops white space between elements, so that the document
    /// can be indented again. Never reads a file or the network, even if an entity refers to one.
    /// C: `xmlCtxtReadMemory`.
    package init(parsing text: String, keepBlanks: Bool = true) throws(XMLError) {
        guard let context = xmlNewParserCtxt() else {
            throw .noMemoryOrLibrary
        }
        // Does not free the document, which the parser hands over.
        defer { xmlFreeParserCtxt(context) }
        // Without XML_PARSE_NOENT, external entities stay unresolved references. Not
        // XML_PARSE_NOERROR, with which a newer libxml2 does not call the listener either; since
        // there is one, nothing is printed.
        var options = XML_PARSE_NONET.rawValue
        if !keepBlanks { options |= XML_PARSE_NOBLANKS.rawValue }
        let first = FirstParseError()
        first.listen(to: context)
        // `withUTF8` is mutating: it may have to make the text contiguous. libxml2 copies what it
        // keeps.
        var text = text
        let parsed = text.withUTF8 {
            $0.withMemoryRebound(to: CChar.self) {
                xmlCtxtReadMemory(
                    context, $0.baseAddress, Int32($0.count), nil, nil, Int32(options))
            }
        }
        guard let parsed else {
            // The message belongs to the context, which lives until the end of this scope.
            let last = context.pointee.lastError
            throw first.error
                ?? XMLError(
                    message: last.message.map { String(cString: $0).firstLine }
                        ?? "not an XML document",
                    line: last.line)
        }
        pointer = parsed
    }

    /// A document with one empty element. `namespaces` are declared in it, prefix to URI.
    /// C: `xmlNewDoc`.
    package convenience init(root name: String, namespaces: KeyValuePairs<String, String> = [:]) {
        // NULL only if memory runs out, which ends a Swift program elsewhere, too.
        let pointer: xmlDocPtr = xmlNewDoc("1.0")
        let root = xmlNewDocNode(pointer, nil, name, nil)
        for (prefix, uri) in namespaces { xmlNewNs(root, uri, prefix) }
        xmlDocSetRootElement(pointer, root)
        self.init(adopting: pointer)
    }

    /// Takes ownership of a document that libxml2 returned.
    init(adopting pointer: xmlDocPtr) { self.pointer = pointer }

    deinit {
        // Before the document: it owns the dictionary that may hold the nodes' names.
        for node in removed { xmlFreeNode(node) }
        xmlFreeDoc(pointer)
    }

    /// A deep copy. C: `xmlCopyDoc`.
    package func copy() -> Document { Document(adopting: xmlCopyDoc(pointer, 1)!) }

    /// The outermost element.
    package var root: Node {
        // Every parsed document has one: libxml2 rejects documents without.
        Node(pointer: xmlDocGetRootElement(pointer)!, document: self)
    }

    /// The whole document as XML text, including its first line `<?xml ...?>`.
    /// C: `xmlDocDumpMemory`.
    package func serialized() -> String {
        var text: UnsafeMutablePointer<xmlChar>?
        var length: Int32 = 0
        xmlDocDumpMemory(pointer, &text, &length)
        guard let text else { return "" }
        defer { atex_xml_free(text) }
        return String(cString: text)
    }

    /// Copies nodes, of any documents, into a new element and returns that as XML text, e.g.
    /// `<nodes>\n  <book/>\n</nodes>`. C: `xmlNewDoc`, `xmlDocCopyNode`.
    package static func wrapping(_ nodes: [Node], in name: String) -> String {
        guard let wrapper = xmlNewDoc("1.0") else { return "" }
        defer { xmlFreeDoc(wrapper) }
        guard let root = xmlNewNode(nil, name) else { return "" }
        xmlDocSetRootElement(wrapper, root)
        for node in nodes {
            // Copied, because adding a node would remove it from its own document.
            guard let copy = xmlDocCopyNode(node.pointer, wrapper, 1) else { continue }
            if xmlAddChild(root, copy) == nil { xmlFreeNode(copy) }
        }
        return XML.serialized(root, of: wrapper, format: true)
    }
}

func serialized(_ node: xmlNodePtr, of document: xmlDocPtr, format: Bool) -> String {
    guard let buffer = xmlBufferCreate() else { return "" }
    defer { xmlBufferFree(buffer) }
    xmlNodeDump(buffer, document, node, 0, format ? 1 : 0)
    return xmlBufferContent(buffer).map { String(cString: $0) } ?? ""
}
