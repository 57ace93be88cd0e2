import XML

/// A style sheet in what osinfo-db's install scripts use of XSLT 1.0: templates by name and for
/// the outermost element, `choose`, `if`, `value-of`, `text`, `variable`, `attribute`.
struct Stylesheet {
    private let root: Node
    private let document: Document
    private let file: String

    init(_ root: Node, file: String) {
        self.root = root
        self.file = file
        document = Document(root: "result")
    }

    /// What the template for the outermost element makes of a document; empty where there is none.
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

    private func apply(
        _ parent: Node, to context: Node, into result: Node, _ outer: Variables
    ) throws(DatabaseError) {
        var variables = outer
        for node in parent.children {
            if node.isText {
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
            try perform(node, context, result, &variables)
        }
    }

    private func perform(
        _ node: Node, _ context: Node, _ result: Node, _ variables: inout Variables
    ) throws(DatabaseError) {
        switch node.name {
        case "text": result.append(text: node.text)
        case "value-of":
            result.append(text: try value(node["select"] ?? "", context, variables))
        case "if":
            if try holds(node, context, variables) {
                try apply(node, to: context, into: result, variables)
            }
        case "choose":
            for choice in node.elements() {
                if choice.name == "when", try !holds(choice, context, variables) { continue }
                return try apply(choice, to: context, into: result, variables)
            }
        case "call-template":
            let name = node["name"]
            let template = root.elements(at: "xsl:template").first { $0["name"] == name }
            guard let template else {
                throw DatabaseError(
                    file: file, message: "there is no template '\(name ?? "")'")
            }
            try apply(template, to: context, into: result, [:])
        case "variable": variables[node["name"] ?? ""] = try inside(node, context, variables)
        case "attribute":
            result.set(node["name"] ?? "", to: try inside(node, context, variables))
        case let name:
            throw DatabaseError(file: file, message: "nothing is known of <xsl:\(name)>")
        }
    }

    /// What the instructions inside of an element make, as text.
    private func inside(
        _ node: Node, _ context: Node, _ variables: Variables
    ) throws(DatabaseError) -> String {
        let scratch = Document(root: "result")
        try apply(node, to: context, into: scratch.root, variables)
        return scratch.root.text
    }

    private func holds(
        _ node: Node, _ context: Node, _ variables: Variables
    ) throws(DatabaseError) -> Bool {
        try value("boolean(\(node["test"] ?? ""))", context, variables) == "true"
    }

    private func value(
        _ expression: String, _ context: Node, _ variables: Variables
    ) throws(DatabaseError) -> String {
        // Variables hold text: it may as well stand in the expression.
        var expression = expression
        for (name, value) in variables {
            let quote = value.contains("'") ? "\"" : "'"
            expression = expression.replacing("$\(name)", with: "\(quote)\(value)\(quote)")
        }
        do throws(XMLError) {
            _ = try context.nodeSet(expression)  // says what is wrong with it
        } catch {
            throw DatabaseError(file: file, message: "'\(expression)': \(error.message)")
        }
        return context.string(expression) ?? ""
    }
}
