import XML

/// The part of XSLT 1.0 that the install scripts of osinfo-db use: templates by name and for the
/// root element, `choose`, `if`, `value-of`, `text`, `variable`, `attribute`.
struct Stylesheet {
    private let root: Node
    /// The output, as children of its root.
    private let document: Document
    /// For errors.
    private let file: String

    init(_ root: Node, file: String) {
        self.root = root
        self.file = file
        document = Document(root: "result")
    }

    /// Applies the template for the root element of a document; empty if there is no such template.
    func text(of input: Document) throws(DatabaseError) -> String {
        let name = input.root.name
        guard
            let template = root.elements(at: "xsl:template").first(where: {
                $0["match"] == "/\(name)"
            })
        else { return "" }
        try apply(template, to: input.root, into: document.root, [:])
        guard let output = root.element("xsl:output"), output["method"] == "xml",
            let element = document.root.elements().first
        else { return document.root.text }
        let declaration =
            output["omit-xml-declaration"] == "yes" ? "" : "<?xml version=\"1.0\"?>\n"
        return declaration + element.serialized(format: true) + "\n"
    }

    private typealias Variables = [String: String]

    /// Executes the children of an instruction or template and appends their output to `result`.
    private func apply(
        _ parent: Node, to context: Node, into result: Node, _ outer: Variables
    ) throws(DatabaseError) {
        // A variable is visible to its following siblings and their descendants.
        var variables = outer
        for node in parent.children {
            if node.isText {
                // XSLT ignores text that is only white space.
                if node.text.contains(where: { !$0.isWhitespace }) {
                    result.append(text: node.text)
                }
                continue
            }
            guard node.isElement else { continue }
            guard node.prefix == "xsl" else {
                try apply(node, to: context, into: result.append(tagsOf: node), variables)
                continue
            }
            try execute(node, context, result, &variables)
        }
    }

    private func execute(
        _ node: Node, _ context: Node, _ result: Node, _ variables: inout Variables
    ) throws(DatabaseError) {
        switch node.name {
        case "text": result.append(text: node.text)
        case "value-of":
            result.append(text: try value(node["select"] ?? "", context, variables))
        case "if":
            if try isTrue(node, context, variables) {
                try apply(node, to: context, into: result, variables)
            }
        case "choose":
            for choice in node.elements() {
                if choice.name == "when", try !isTrue(choice, context, variables) { continue }
                return try apply(choice, to: context, into: result, variables)
            }
        case "call-template":
            let name = node["name"]
            let template = root.elements(at: "xsl:template").first { $0["name"] == name }
            guard let template else {
                throw DatabaseError(
                    file: file, message: "there is no template '\(name ?? "")'")
            }
            // A called template does not see the caller's variables.
            try apply(template, to: context, into: result, [:])
        case "variable": variables[node["name"] ?? ""] = try output(of: node, context, variables)
        case "attribute":
            result.set(node["name"] ?? "", to: try output(of: node, context, variables))
        case let name:
            throw DatabaseError(file: file, message: "unsupported instruction <xsl:\(name)>")
        }
    }

    /// The output of an element's children, as text.
    private func output(
        of node: Node, _ context: Node, _ variables: Variables
    ) throws(DatabaseError) -> String {
        let scratch = Document(root: "result")
        try apply(node, to: context, into: scratch.root, variables)
        return scratch.root.text
    }

    /// Whether the condition of `if` or `when` is true.
    private func isTrue(
        _ node: Node, _ context: Node, _ variables: Variables
    ) throws(DatabaseError) -> Bool {
        try value("boolean(\(node["test"] ?? ""))", context, variables) == "true"
    }

    /// Evaluates an XPath expression to text.
    private func value(
        _ expression: String, _ context: Node, _ variables: Variables
    ) throws(DatabaseError) -> String {
        // All variables are strings: substitute them as literals.
        var expression = expression
        for (name, value) in variables {
            let quote = value.contains("'") ? "\"" : "'"
            expression = expression.replacing("$\(name)", with: "\(quote)\(value)\(quote)")
        }
        do throws(XMLError) {
            _ = try context.nodeSet(expression)  // throws if it is malformed
        } catch {
            throw DatabaseError(file: file, message: "'\(expression)': \(error.message)")
        }
        return context.string(expression) ?? ""
    }
}
