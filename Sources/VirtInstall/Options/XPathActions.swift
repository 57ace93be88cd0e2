import XML

/// Changes by XPath on one element, as `--xml` and `--disk ...,xpath1.set=...` ask for them.
struct PendingActions {
    /// The element; the guest's outermost one for options that describe a part of it.
    let node: Node
    /// The path of that part; empty for the element itself.
    let prefix: String
    /// What an error says first; for an element that an option has made, that option.
    private let origin: String
    /// By number: `delete`, `set`, `create`, `value`.
    private var fields: [Int: [String: String]] = [:]

    init(node: Node, prefix: String, origin: String) {
        self.node = node
        self.prefix = prefix
        self.origin = origin
    }

    mutating func note(_ index: Int, _ field: String, _ value: String?) {
        fields[index, default: [:]][field] = value
    }

    func perform(in guest: Guest) throws {
        do {
            for (_, action) in fields.sorted(by: { $0.key < $1.key }) {
                try perform(action, guest)
            }
        } catch let failure as InstallFailure {
            throw InstallFailure(origin + failure.message, status: failure.status)
        }
    }

    private func perform(_ action: [String: String], _ guest: Guest) throws {
        if let path = action["delete"] {
            try change(path, in: guest) { target in try target.delete() }
        } else if let path = action["create"] {
            try change(path, in: guest) { target in try target.create() }
        } else {
            var path = action["set"] ?? ""
            var value = action["value"]
            guard !path.isEmpty || value != nil else { return }
            if value == nil {
                guard let equals = path.lastIndex(of: "=") else {
                    throw InstallFailure(
                        "\(path): Setting xpath must be in the form of XPATH=VALUE")
                }
                value = String(path[path.index(after: equals)...])
                path = String(path[..<equals])
            }
            try change(path, in: guest) { target in
                try target.set(value == "" ? nil : value)
            }
        }
    }

    private func change(
        _ path: String, in guest: Guest, _ body: (XPathTarget) throws -> Void
    ) throws {
        var full = path
        if path.hasPrefix(".") { full = "." + place(in: guest) + path.dropFirst() }
        try body(XPathTarget(full, root: guest.root))
    }

    /// Where the element is, seen from the outermost one: `/devices/disk[2]`.
    private func place(in guest: Guest) -> String {
        if !prefix.isEmpty { return "/" + prefix }
        guard node != guest.root, let parent = node.parent else { return "" }
        let index = parent.elements(node.name).firstIndex(of: node) ?? 0
        let above = parent == guest.root ? "" : "/\(parent.name)"
        return "\(above)/\(node.name)[\(index + 1)]"
    }
}

/// What an XPath expression leads to, be it there or not.
private struct XPathTarget {
    private let expression: String
    private let steps: [String]
    private let attribute: String?
    private let root: Node

    init(_ expression: String, root: Node) throws {
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
            // An expression with `=` in it compares; one that does not hold leads nowhere.
            found = try root.nodeSet(path, prefixes: ["qemu": qemuNamespace], isLenient: true)
        } catch {
            throw InstallFailure("\(expression) xmlXPathEval() failed: \(error.message)")
        }
        guard let found, found.first.map({ $0.isElement || $0.isText }) ?? true else {
            throw InstallFailure("\(expression) leads to no element")
        }
        return found.first
    }

    /// An attribute's element goes with it, as in virt-install.
    func delete() throws {
        guard let node = try find(steps) else { return }
        guard node != root else { throw InstallFailure("\(expression) is the whole document") }
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
            node.set(attribute, to: Writer.escaped(value))
        } else if node.isText {
            _ = node.setContent(value)
        } else {
            node.set(".", value)
        }
    }

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
            else { throw InstallFailure("\(expression): no element can be made for '\(step)'") }
            node = node.make(step)
        }
        return node
    }

    private func prune() throws {
        var rest = steps[...]
        while rest.count > 1 {
            guard let node = try find(rest), node.isBare else { return }
            node.remove()
            rest.removeLast()
        }
    }
}

/// The namespace of `<qemu:commandline>`.
let qemuNamespace = "http://libvirt.org/schemas/domain/qemu/1.0"

/// `--xml`: `xpath.set=...` and the like, or XPATH=VALUE.
let xmlOption = InstallOption(
    "xml",
    prepare: { run in
        if !run.text.hasPrefix("xpath.") {
            run.given.removeAll()
            run.given.set("xpath.set", run.text)
        }
        return true
    },
    take: { run, row, value in
        let field = String(row.names[0].dropFirst("xpath.".count))
        run.guest.addAction(on: run.guest.root, index: run.number, field, value)
    },
    table: """
        xpath.delete - comma call
        xpath.set - comma call
        xpath.create - comma call
        xpath.value - comma call
        """)
