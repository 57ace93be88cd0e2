import XML

/// One change by XPath: `xpath1.set=...`, `xpath1.value=...`.
struct XPathChange {
    enum Field { case delete, set, create, value }

    /// Set by the command line. `delete` wins over `create`, and both over `set`.
    var values: [Field: String] = [:]
}

/// The changes by XPath of one element, made when the rest of the guest is complete.
struct PendingXPathChanges {
    /// The element, or the guest's outermost element if `prefix` is not empty.
    let node: Node
    /// The path of the described part of the guest; empty for `node` itself.
    let prefix: String
    /// The start of an error message; names the option if it added the element.
    private let origin: String
    /// By the index in `xpath1.set`.
    private var changes: [Int: XPathChange] = [:]

    init(node: Node, prefix: String, origin: String) {
        self.node = node
        self.prefix = prefix
        self.origin = origin
    }

    mutating func note(_ index: Int, _ field: XPathChange.Field, _ value: String?) {
        changes[index, default: XPathChange()].values[field] = value
    }

    func perform(in guest: Guest) throws {
        do {
            for (_, change) in changes.sorted(by: { $0.key < $1.key }) {
                try perform(change, guest)
            }
        } catch let failure as InstallFailure {
            throw InstallFailure(origin + failure.message, status: failure.status)
        }
    }

    private func perform(_ change: XPathChange, _ guest: Guest) throws {
        if let path = change.values[.delete] {
            try apply(path, in: guest) { target in try target.delete() }
        } else if let path = change.values[.create] {
            try apply(path, in: guest) { target in try target.create() }
        } else {
            var path = change.values[.set] ?? ""
            var value = change.values[.value]
            guard !path.isEmpty || value != nil else { return }
            if value == nil {
                // The last `=`: the path may contain some, as in `./disk[@type='file']/@x=1`.
                guard let equals = path.lastIndex(of: "=") else {
                    throw InstallFailure(
                        "\(path): Setting xpath must be in the form of XPATH=VALUE")
                }
                value = String(path[path.index(after: equals)...])
                path = String(path[..<equals])
            }
            try apply(path, in: guest) { target in
                try target.set(value == "" ? nil : value)
            }
        }
    }

    private func apply(
        _ path: String, in guest: Guest, _ body: (XPathTarget) throws -> Void
    ) throws {
        var full = path
        if path.hasPrefix(".") { full = "." + place(in: guest) + path.dropFirst() }
        try body(XPathTarget(full, root: guest.root, escapesTwice: guest.escapesTwice))
    }

    /// The element's path from the outermost one: `/devices/disk[2]`.
    private func place(in guest: Guest) -> String {
        if !prefix.isEmpty { return "/" + prefix }
        guard node != guest.root, let parent = node.parent else { return "" }
        let index = parent.elements(node.name).firstIndex(of: node) ?? 0
        let above = parent == guest.root ? "" : "/\(parent.name)"
        return "\(above)/\(node.name)[\(index + 1)]"
    }
}

/// The place that an XPath expression selects; it may not exist yet.
private struct XPathTarget {
    private let expression: String
    private let steps: [String]
    private let attribute: String?
    private let root: Node
    private let escapesTwice: Bool

    init(_ expression: String, root: Node, escapesTwice: Bool) throws {
        self.escapesTwice = escapesTwice
        self.expression = expression
        self.root = root
        var steps: [String] = []
        for step in expression.split(separator: "/", omittingEmptySubsequences: false) {
            if step == ".." { _ = steps.popLast() } else { steps.append(String(step)) }
        }
        if let last = steps.last, last.hasPrefix("@") {
            attribute = String(last.dropFirst())
            steps.removeLast()
        } else {
            attribute = nil
        }
        self.steps = steps
    }

    private func find(_ steps: some Collection<String>) throws -> Node? {
        let path = steps.joined(separator: "/")
        let found: [Node]?
        do {
            // An expression with `=` outside of brackets is a comparison and not a set of nodes.
            // virt-install takes that as no match, so it is not an error here either.
            found = try root.nodeSet(path, prefixes: ["qemu": qemuNamespace], isLenient: true)
        } catch {
            throw InstallFailure("\(expression) xmlXPathEval() failed: \(error.message)")
        }
        guard let found, found.first.map({ $0.isElement || $0.isText }) ?? true else {
            throw InstallFailure("\(expression) does not select an element")
        }
        return found.first
    }

    /// Removes the element. For an attribute, virt-install also removes the whole element.
    func delete() throws {
        guard let node = try find(steps) else { return }
        guard node != root else { throw InstallFailure("\(expression) selects the whole document") }
        node.remove()
    }

    func create() throws { _ = try make() }

    func set(_ value: String?) throws {
        guard let value else {
            guard let node = try find(steps) else { return }
            if let attribute { node.remove("@\(attribute)") } else { node.set(".", nil) }
            return try prune()
        }
        let node = try make()
        if let attribute {
            node.set(attribute, to: escapesTwice ? Writer.escaped(value) : value)
        } else if node.isText {
            _ = node.setContent(value)
        } else {
            node.set(".", value)
        }
    }

    /// The element, created if it is missing, with all elements above it.
    private func make() throws -> Node {
        if let found = try find(steps) { return found }
        var node = root
        for count in steps.indices.dropFirst() {
            if let found = try find(steps[...count]) {
                node = found
                continue
            }
            let step = steps[count]
            if step.hasPrefix("qemu:") { root.declare(namespace: qemuNamespace, prefix: "qemu") }
            guard step.count(where: { $0 == "[" }) < 2,
                step.prefix(while: { $0 != "[" }).allSatisfy({
                    $0.isLetter || $0.isNumber || "_-.:".contains($0)
                }), step.first?.isNumber == false
            else { throw InstallFailure("\(expression): cannot create an element for '\(step)'") }
            node = node.make(step)
        }
        return node
    }

    /// Removes the element and those above it as far as they are empty.
    private func prune() throws {
        var rest = steps[...]
        while rest.count > 1 {
            guard let node = try find(rest), node.isBare else { return }
            node.remove()
            rest.removeLast()
        }
    }
}

extension InstallOption {
    /// `--xml`: `xpath.set=...` and the like, or XPATH=VALUE. virt-install 4.1.0: `ParserXML`.
    static let xml = InstallOption("xml", .guest) { xml in
        xml.prepare { run in
            guard !run.text.hasPrefix("xpath.") else { return }
            // Not split at commas: an XPath expression may contain them.
            run.values.removeAll()
            run.values.set("xpath.set", run.text)
        }
        let add = { (field: XPathChange.Field) in
            // All values of one `--xml` are one change, with the index of that use.
            { (run: OptionRun, value: String?) in run.addXPathChange(run.number, field, value) }
        }
        xml.option("xpath.delete", commas: true, roles: .allowed, apply: add(.delete))
        xml.option("xpath.set", commas: true, roles: .allowed, apply: add(.set))
        xml.option("xpath.create", commas: true, roles: .allowed, apply: add(.create))
        xml.option("xpath.value", commas: true, roles: .allowed, apply: add(.value))
    }
}
