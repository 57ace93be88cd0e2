import CLibxml2
import Glibc

/// How many steps libxml2 may take for one expression: about a second. A nested expression such as
/// `//*[count(//*[count(//*) > 1]) > 1]` would take hours for a document of some kilobytes.
private let operationLimit: CUnsignedLong = 10_000_000

extension Document {
    /// The nodes that an XPath 1.0 expression selects, in document order. Empty if it selects
    /// nothing, or if its value is not a set of nodes. C: `xmlXPathEval`.
    package func nodes(_ expression: String) throws(XMLError) -> [Node] {
        try root.nodes(expression)
    }

    /// The text of the first selected node (an attribute's value); `nil` if nothing is selected.
    package func text(_ expression: String) throws(XMLError) -> String? {
        try nodes(expression).first?.text
    }
}

extension Node {
    /// The nodes that an expression selects relative to this one; see `Document.nodes`. `prefixes`
    /// declares the namespaces that the expression uses, prefix to URI. C: `xmlXPathEval`.
    package func nodes(
        _ expression: String, prefixes: [String: String] = [:]
    ) throws(XMLError) -> [Node] {
        try nodeSet(expression, prefixes: prefixes) ?? []
    }

    /// The same, but `nil` if the expression's value is not a set of nodes, e.g. a number. With
    /// `isLenient`, a value that counts as false, e.g. 0, is an empty set.
    package func nodeSet(
        _ expression: String, prefixes: [String: String] = [:], isLenient: Bool = false
    ) throws(XMLError) -> [Node]? {
        guard let context = xmlXPathNewContext(document.pointer) else {
            throw .noMemoryOrLibrary
        }
        defer { xmlXPathFreeContext(context) }
        context.pointee.node = pointer
        context.pointee.opLimit = operationLimit
        // libxml2 prints errors of expressions on stderr unless this thread has error functions;
        // the last error is stored in any case.
        atex_xml_silence()
        xmlSetStructuredErrorFunc(nil) { _, _ in }
        defer { xmlSetStructuredErrorFunc(nil, nil) }
        xmlResetLastError()
        for (prefix, uri) in prefixes { xmlXPathRegisterNs(context, prefix, uri) }
        guard let result = xmlXPathEval(expression, context) else { throw .lastOfXPath }
        // Frees the set but not its nodes, which belong to the document.
        defer { xmlXPathFreeObject(result) }
        guard result.pointee.type == XPATH_NODESET else {
            return isLenient && xmlXPathCastToBoolean(result) == 0 ? [] : nil
        }
        // libxml2 may represent an empty set by NULL.
        guard let set = result.pointee.nodesetval else { return [] }
        return (0..<Int(set.pointee.nodeNr)).compactMap { index in
            set.pointee.nodeTab[index].map { Node(pointer: $0, document: document) }
        }
    }

    /// The text of the first selected node; `nil` if nothing is selected.
    package func text(_ expression: String) throws(XMLError) -> String? {
        try nodes(expression).first?.text
    }

    /// The text that an expression selects relative to this node; `nil` if there is none or if it
    /// is empty, or if the expression is invalid. libvirt 9.0.0: `virXPathString` with
    /// `string(...)`.
    package func string(_ expression: String) -> String? {
        guard let context = xmlXPathNewContext(document.pointer) else { return nil }
        defer { xmlXPathFreeContext(context) }
        context.pointee.node = pointer
        context.pointee.opLimit = operationLimit
        context.pointee.error = { _, _ in }
        guard let result = xmlXPathEval("string(\(expression))", context) else { return nil }
        defer { xmlXPathFreeObject(result) }
        guard result.pointee.type == XPATH_STRING, let text = result.pointee.stringval else {
            return nil
        }
        let string = String(cString: text)
        return string.isEmpty ? nil : string
    }
}

/// C: `XML_XPATH_EXPRESSION_OK` is the number of XPath's first error.
private let limitExceeded = Int32(
    XML_XPATH_EXPRESSION_OK.rawValue + XPATH_OP_LIMIT_EXCEEDED.rawValue)

extension XMLError {
    /// The error of the last evaluation on this thread. C: `xmlGetLastError`.
    fileprivate static var lastOfXPath: XMLError {
        guard let error = xmlGetLastError()?.pointee else {
            return XMLError(message: "not a valid XPath expression", line: 0)
        }
        guard error.code != limitExceeded else {
            return XMLError(
                message: "the XPath expression takes more than \(operationLimit) steps", line: 0)
        }
        let message = error.message.map { String(cString: $0) } ?? ""
        // For XPath, str1 is the expression and int1 the place in it, which may be its end.
        let length = error.str1.map { strlen($0) } ?? 0
        return XMLError(
            message: message.firstLine, line: 0,
            offset: (0..<length).contains(Int(error.int1)) ? Int(error.int1) : nil)
    }
}
