import CLibxml2
import Glibc

/// Why a text is no XML document or an expression no XPath, in libxml2's words.
package struct XMLError: Error, Hashable, Sendable {
    package let message: String
    /// The line of the document, from 1; 0 where there is none.
    package let line: Int32
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
        var text = text
        let parsed = text.withUTF8 {
            $0.withMemoryRebound(to: CChar.self) {
                xmlCtxtReadMemory(
                    context, $0.baseAddress, Int32($0.count), nil, nil, Int32(options))
            }
        }
        guard let parsed else {
            throw XMLError(
                message: context.pointee.lastError.message.map {
                    String(cString: $0).split(separator: "\n").first.map(String.init) ?? ""
                } ?? "no XML document",
                line: context.pointee.lastError.line)
        }
        pointer = parsed
    }

    deinit { xmlFreeDoc(pointer) }

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
        guard let context = xmlXPathNewContext(document.pointer) else {
            throw XMLError(message: "no memory", line: 0)
        }
        defer { xmlXPathFreeContext(context) }
        context.pointee.node = pointer
        // libxml2 prints an expression's errors unless somebody else takes them.
        context.pointee.error = { _, _ in }
        for (prefix, uri) in prefixes { xmlXPathRegisterNs(context, prefix, uri) }
        guard let result = xmlXPathEval(expression, context) else {
            throw XMLError(message: "'\(expression)' is no valid XPath expression", line: 0)
        }
        defer { xmlXPathFreeObject(result) }
        guard result.pointee.type == XPATH_NODESET, let set = result.pointee.nodesetval else {
            return []
        }
        return (0..<Int(set.pointee.nodeNr)).compactMap { index in
            set.pointee.nodeTab[index].map { Node(pointer: $0, document: document) }
        }
    }

    /// The first selected node's text; `nil` where nothing is selected.
    package func text(_ expression: String) throws(XMLError) -> String? {
        try nodes(expression).first?.text
    }

    /// The node as XML text, without its namespace declarations' copies. `format` indents.
    /// C: `xmlNodeDump`.
    package func serialized(format: Bool) -> String {
        guard let buffer = xmlBufferCreate() else { return "" }
        defer { xmlBufferFree(buffer) }
        xmlNodeDump(buffer, document.pointer, pointer, 0, format ? 1 : 0)
        return xmlBufferContent(buffer).map { String(cString: $0) } ?? ""
    }
}
