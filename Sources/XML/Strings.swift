import CLibxml2

extension Node {
    /// The text that an expression selects, seen from this node; `nil` where it selects nothing
    /// or what is empty. libvirt 9.0.0: `virXPathString` with `string(...)`.
    package func string(_ expression: String) -> String? {
        guard let context = xmlXPathNewContext(document.pointer) else { return nil }
        defer { xmlXPathFreeContext(context) }
        context.pointee.node = pointer
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
