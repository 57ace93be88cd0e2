import CLibxml2
import Glibc

/// Why a text is no XML document or an expression no XPath, in libxml2's words.
package struct XMLError: Error, Hashable, Sendable {
    package let message: String
    /// The line of the document, from 1; 0 where there is none.
    package let line: Int32
    /// Where in an XPath expression, in bytes from its start; `nil` where that tells nothing.
    package let offset: Int?
    /// The line of the document that is wrong, and below it a line that points at the place:
    /// `</b>` and `----^`; empty where there is none.
    package let excerpt: String

    init(message: String, line: Int32, offset: Int? = nil, excerpt: String = "") {
        self.message = message
        self.line = line
        self.offset = offset
        self.excerpt = excerpt
    }
}

/// An XML document in memory. C: `xmlDocPtr`.
package final class Document {
    let pointer: xmlDocPtr

    /// Parses a text; `keepBlanks: false` leaves out blanks that only indent, so that it can be
    /// indented anew. Nothing outside the text is read. C: `xmlCtxtReadMemory`.
    package init(parsing text: String, keepBlanks: Bool = true) throws(XMLError) {
        guard let context = xmlNewParserCtxt() else {
            throw XMLError(message: "no memory", line: 0)
        }
        defer { xmlFreeParserCtxt(context) }
        var options =
            XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue
            | XML_PARSE_NOWARNING.rawValue
        if !keepBlanks { options |= XML_PARSE_NOBLANKS.rawValue }
        let first = FirstMistake()
        first.listen(to: context)
        var text = text
        let parsed = text.withUTF8 {
            $0.withMemoryRebound(to: CChar.self) {
                xmlCtxtReadMemory(
                    context, $0.baseAddress, Int32($0.count), nil, nil, Int32(options))
            }
        }
        guard let parsed else {
            throw first.error
                ?? XMLError(
                    message: context.pointee.lastError.message.map {
                        String(cString: $0).split(separator: "\n").first.map(String.init) ?? ""
                    } ?? "no XML document",
                    line: context.pointee.lastError.line)
        }
        pointer = parsed
    }

    /// Adopts a document that libxml2 handed to its caller.
    init(adopting pointer: xmlDocPtr) { self.pointer = pointer }

    /// Nodes that were taken out; they live as long as the document, for somebody may know them.
    var removed: [xmlNodePtr] = []

    deinit {
        for node in removed { xmlFreeNode(node) }
        xmlFreeDoc(pointer)
    }

    /// The outermost element.
    package var root: Node {
        // A parsed document has one.
        Node(pointer: xmlDocGetRootElement(pointer)!, document: self)
    }

    /// The nodes that an XPath 1.0 expression selects, in document order; empty where it selects
    /// none or is no node set. C: `xmlXPathEval`.
    package func nodes(_ expression: String) throws(XMLError) -> [Node] {
        try root.nodes(expression)
    }

    /// The first node's text (an attribute's value); `nil` where nothing is selected.
    package func text(_ expression: String) throws(XMLError) -> String? {
        try nodes(expression).first?.text
    }

    /// The whole document as XML text, with its first line `<?xml ...?>`. C: `xmlDocDumpMemory`.
    package func serialized() -> String {
        var text: UnsafeMutablePointer<xmlChar>?
        var length: Int32 = 0
        xmlDocDumpMemory(pointer, &text, &length)
        guard let text else { return "" }
        defer { atex_xml_free(text) }
        return String(cString: text)
    }

    /// Copies of nodes, of this document or others, as the children of one new element.
    /// C: `xmlNewDoc`, `xmlDocCopyNode`.
    package static func wrapping(_ nodes: [Node], in name: String) -> String {
        guard let wrapper = xmlNewDoc("1.0") else { return "" }
        defer { xmlFreeDoc(wrapper) }
        guard let root = xmlNewNode(nil, name) else { return "" }
        xmlDocSetRootElement(wrapper, root)
        for node in nodes {
            guard let copy = xmlDocCopyNode(node.pointer, wrapper, 1) else { continue }
            if xmlAddChild(root, copy) == nil { xmlFreeNode(copy) }
        }
        return XML.serialized(root, of: wrapper, format: true)
    }
}

private func serialized(_ node: xmlNodePtr, of document: xmlDocPtr, format: Bool) -> String {
    guard let buffer = xmlBufferCreate() else { return "" }
    defer { xmlBufferFree(buffer) }
    xmlNodeDump(buffer, document, node, 0, format ? 1 : 0)
    return xmlBufferContent(buffer).map { String(cString: $0) } ?? ""
}

/// A node of a document, which it keeps alive. C: `xmlNodePtr`.
package struct Node {
    let pointer: xmlNodePtr
    package let document: Document

    /// An element's or attribute's name without prefix.
    package var name: String { pointer.pointee.name.map { String(cString: $0) } ?? "" }

    /// All text inside; an attribute's value. C: `xmlNodeGetContent`.
    package var text: String {
        guard let content = xmlNodeGetContent(pointer) else { return "" }
        defer { atex_xml_free(content) }
        return String(cString: content)
    }

    /// An attribute's value by its name; `nil` where there is no such attribute.
    /// C: `xmlGetNoNsProp`.
    package subscript(attribute: String) -> String? {
        guard let value = xmlGetNoNsProp(pointer, attribute) else { return nil }
        defer { atex_xml_free(value) }
        return String(cString: value)
    }

    /// The nodes that an expression selects, seen from this one. `prefixes` are namespaces that
    /// the expression names, prefix to URI. C: `xmlXPathEval`.
    package func nodes(
        _ expression: String, prefixes: [String: String] = [:]
    ) throws(XMLError) -> [Node] {
        try nodeSet(expression, prefixes: prefixes) ?? []
    }

    /// As `nodes`; `nil` where the expression's value is no set of nodes but, say, a number.
    /// `isLenient` makes what counts as false, e.g. 0, an empty set.
    package func nodeSet(
        _ expression: String, prefixes: [String: String] = [:], isLenient: Bool = false
    ) throws(XMLError) -> [Node]? {
        guard let context = xmlXPathNewContext(document.pointer) else {
            throw XMLError(message: "no memory", line: 0)
        }
        defer { xmlXPathFreeContext(context) }
        context.pointee.node = pointer
        // libxml2 prints an expression's errors unless somebody else takes them.
        atex_xml_silence()
        xmlSetStructuredErrorFunc(nil) { _, _ in }
        defer { xmlSetStructuredErrorFunc(nil, nil) }
        xmlResetLastError()
        for (prefix, uri) in prefixes { xmlXPathRegisterNs(context, prefix, uri) }
        guard let result = xmlXPathEval(expression, context) else {
            throw .lastOfXPath
        }
        defer { xmlXPathFreeObject(result) }
        guard result.pointee.type == XPATH_NODESET else {
            return isLenient && xmlXPathCastToBoolean(result) == 0 ? [] : nil
        }
        guard let set = result.pointee.nodesetval else { return [] }
        return (0..<Int(set.pointee.nodeNr)).compactMap { index in
            set.pointee.nodeTab[index].map { Node(pointer: $0, document: document) }
        }
    }

    /// The first selected node's text; `nil` where nothing is selected.
    package func text(_ expression: String) throws(XMLError) -> String? {
        try nodes(expression).first?.text
    }

    /// Replaces all that is inside; references such as `&amp;` in `content` are resolved. What
    /// libxml2 says of a reference that is none comes back. C: `xmlNodeSetContent`.
    package func setContent(_ content: String) -> String? {
        atex_xml_silence()
        xmlSetStructuredErrorFunc(nil) { _, _ in }
        defer { xmlSetStructuredErrorFunc(nil, nil) }
        xmlResetLastError()
        xmlNodeSetContent(pointer, content)
        return xmlGetLastError()?.pointee.message.map { String(cString: $0) }
    }

    /// The node as XML text, without its namespace declarations' copies. `format` indents.
    /// C: `xmlNodeDump`.
    package func serialized(format: Bool) -> String {
        XML.serialized(pointer, of: document.pointer, format: format)
    }
}

extension XMLError {
    /// What the last evaluation on this thread said. C: `xmlGetLastError`.
    fileprivate static var lastOfXPath: XMLError {
        guard let error = xmlGetLastError()?.pointee else {
            return XMLError(message: "no valid XPath expression", line: 0)
        }
        let message = error.message.map { String(cString: $0) } ?? ""
        let length = error.str1.map { strlen($0) } ?? 0
        return XMLError(
            message: message.split(separator: "\n").first.map(String.init) ?? "", line: 0,
            offset: (0..<length).contains(Int(error.int1)) ? Int(error.int1) : nil)
    }
}
