import CLibxml2

// Paths are a small part of XPath: names joined by `/`, each with a namespace's prefix, `[N]`
// (from 1) or `[@name='value']` where wanted, `..`, and at the end `@name` for an attribute:
// `topology/@cores`, `numa/cell[2]/@cpus`, `devices/console[@tty='1']/@type`. `.` is the node.

extension Document {
    /// A document that holds one element without contents; `namespaces` are declared in it,
    /// prefix to URI. C: `xmlNewDoc`.
    package convenience init(root name: String, namespaces: KeyValuePairs<String, String> = [:]) {
        // NULL only without memory, where Swift ends the program, too.
        let pointer: xmlDocPtr = xmlNewDoc("1.0")
        let root = xmlNewDocNode(pointer, nil, name, nil)
        for (prefix, uri) in namespaces { xmlNewNs(root, uri, prefix) }
        xmlDocSetRootElement(pointer, root)
        self.init(adopting: pointer)
    }

    /// A document of its own with the same contents. C: `xmlCopyDoc`.
    package func copy() -> Document { Document(adopting: xmlCopyDoc(pointer, 1)!) }
}

extension Node: Hashable {
    /// Whether both are the same place of the same document.
    package static func == (one: Node, other: Node) -> Bool { one.pointer == other.pointer }

    package func hash(into hasher: inout Hasher) { hasher.combine(pointer) }
}

/// One step of a path.
private struct Step {
    let name: Substring
    let prefix: Substring?
    let index: Int?
    let condition: (attribute: Substring, value: Substring)?

    init(_ text: Substring) {
        var name = text
        var index: Int?
        var condition: (Substring, Substring)?
        if let bracket = text.firstIndex(of: "["), text.last == "]" {
            name = text[..<bracket]
            let inside = text[text.index(after: bracket)...].dropLast()
            if let equals = inside.firstIndex(of: "=") {
                condition = (
                    inside[..<equals].drop { $0 == "@" },
                    inside[inside.index(after: equals)...].trimming("'")
                )
            } else {
                index = Int(inside)
            }
        }
        if let colon = name.firstIndex(of: ":") {
            prefix = name[..<colon]
            self.name = name[name.index(after: colon)...]
        } else {
            prefix = nil
            self.name = name
        }
        self.index = index
        self.condition = condition
    }

    /// The steps of a path and the attribute at its end.
    static func steps(of path: String) -> (steps: [Step], attribute: String?) {
        var parts = path.split(separator: "/")
        var attribute: String?
        if let last = parts.last, last.first == "@" {
            attribute = String(last.dropFirst())
            parts.removeLast()
        }
        return (parts.filter { $0 != "." }.map(Step.init), attribute)
    }
}

extension Substring {
    fileprivate func trimming(_ character: Character) -> Substring {
        let start = drop { $0 == character }
        return start.lastIndex { $0 != character }.map { start[...$0] } ?? ""
    }
}

extension Node {
    /// The parent, unless this is the outermost element.
    package var parent: Node? {
        guard let parent = pointer.pointee.parent, parent.pointee.type == XML_ELEMENT_NODE else {
            return nil
        }
        return Node(pointer: parent, document: document)
    }

    /// The elements inside, `nil` for any name.
    package func elements(_ name: String? = nil) -> [Node] {
        children.filter { $0.isElement && (name == nil || $0.name == name) }
    }

    /// All elements that a path leads to.
    package func elements(at path: String) -> [Node] {
        let (steps, _) = Step.steps(of: path)
        guard let last = steps.last else { return [self] }
        guard let parent = follow(steps.dropLast()) else { return [] }
        return parent.matches(last)
    }

    /// The first element that a path leads to (whose attribute it names); `nil` where it is not.
    package func element(_ path: String) -> Node? { follow(Step.steps(of: path).steps[...]) }

    /// An attribute's value or an element's text; `nil` where it is not there.
    package func value(_ path: String) -> String? {
        let (steps, attribute) = Step.steps(of: path)
        guard let node = follow(steps[...]) else { return nil }
        return attribute.map { node[$0] } ?? node.text
    }

    /// Whether there is such an element or attribute.
    package func has(_ path: String) -> Bool { value(path) != nil }

    /// Gives what a path leads to a value and makes what is missing on the way, attributes that
    /// a step names included. `nil` removes the value, and elements that hold nothing afterwards.
    package func set(_ path: String, _ value: String?) {
        let (steps, attribute) = Step.steps(of: path)
        guard let value else {
            guard let node = follow(steps[...]) else { return }
            if let attribute {
                if let found = xmlHasProp(node.pointer, attribute) { xmlRemoveProp(found) }
            } else {
                node.setText("")
            }
            return prune(steps[...])
        }
        let node = make(steps)
        if let attribute { node.set(attribute, to: value) } else { node.setText(value) }
    }

    /// The element that a path leads to, made where it is missing.
    @discardableResult
    package func make(_ path: String) -> Node { make(Step.steps(of: path).steps) }

    /// Makes an element or takes it away: presence is what it says.
    package func set(_ path: String, present: Bool) {
        if present { make(path) } else { remove(path) }
    }

    /// Takes away the first element (or the attribute) that a path leads to.
    package func remove(_ path: String) {
        let (steps, attribute) = Step.steps(of: path)
        guard let node = follow(steps[...]) else { return }
        if let attribute {
            if let found = xmlHasProp(node.pointer, attribute) { xmlRemoveProp(found) }
        } else {
            node.remove()
        }
    }

    /// A new element as the last one inside; `prefix` is that of a namespace in scope.
    package func append(_ name: String, prefix: String? = nil) -> Node {
        let namespace = prefix.flatMap { xmlSearchNs(document.pointer, pointer, $0) }
        return Node(pointer: xmlNewChild(pointer, namespace, name, nil), document: document)
    }

    /// The prefix of its name's namespace, e.g. `xsl`; `nil` where it has none.
    package var prefix: String? {
        pointer.pointee.ns?.pointee.prefix.map { String(cString: $0) }
    }

    /// More text behind all that is inside. C: `xmlNodeAddContent`.
    package func append(text: String) {
        if let node = xmlNewDocText(document.pointer, text) { xmlAddChild(pointer, node) }
    }

    /// A copy of a node, of this document or another, as the last one inside.
    @discardableResult
    package func append(copyOf node: Node) -> Node {
        let copy = xmlDocCopyNode(node.pointer, document.pointer, 1)
        xmlAddChild(pointer, copy)
        return Node(pointer: copy!, document: document)
    }

    /// An element as `node`, with its attributes and what is declared there but nothing inside, as
    /// the last one inside.
    package func append(tagsOf node: Node) -> Node {
        let copy = xmlDocCopyNode(node.pointer, document.pointer, 2)
        xmlAddChild(pointer, copy)
        return Node(pointer: copy!, document: document)
    }

    /// Moves the node before another one.
    package func move(before sibling: Node) {
        xmlUnlinkNode(pointer)
        xmlAddPrevSibling(sibling.pointer, pointer)
    }

    /// Takes all attributes and contents away.
    package func clear() {
        removeAttributes()
        for child in children { child.remove() }
    }

    /// The attributes, in their order.
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

    /// Declares a namespace here. C: `xmlNewNs`.
    package func declare(namespace uri: String, prefix: String) {
        xmlNewNs(pointer, uri, prefix)
    }

    /// Whether it has neither attributes nor anything inside.
    package var isBare: Bool {
        pointer.pointee.properties == nil && pointer.pointee.children == nil
    }

    /// Puts the elements inside into the order of `names`, those it does not name behind; those
    /// of one name stay as they are.
    package func sort(_ names: [String]) {
        let ranks = Dictionary(zip(names, 0...), uniquingKeysWith: { first, _ in first })
        let elements = elements()
        let sorted = elements.enumerated().sorted {
            let (one, other) = (
                ranks[$0.element.name] ?? names.count, ranks[$1.element.name] ?? names.count
            )
            return (one, $0.offset) < (other, $1.offset)
        }
        for (_, node) in sorted { node.move(into: self) }
    }

    private func setText(_ text: String) {
        for child in children { child.remove() }
        if !text.isEmpty { xmlNodeAddContent(pointer, text) }
    }

    private func matches(_ step: Step) -> [Node] {
        let found = children.filter { node in
            guard node.isElement, node.name == step.name else { return false }
            if let prefix = step.prefix {
                guard let namespace = node.pointer.pointee.ns?.pointee.prefix,
                    String(cString: namespace) == prefix
                else { return false }
            } else if node.pointer.pointee.ns?.pointee.prefix != nil {
                return false
            }
            guard let condition = step.condition else { return true }
            return node[String(condition.attribute)] == String(condition.value)
        }
        guard let index = step.index else { return found }
        return found.indices.contains(index - 1) ? [found[index - 1]] : []
    }

    private func follow(_ steps: ArraySlice<Step>) -> Node? {
        var node = self
        for step in steps {
            guard let next = step.name == ".." ? node.parent : node.matches(step).first else {
                return nil
            }
            node = next
        }
        return node
    }

    private func make(_ steps: [Step]) -> Node {
        var node = self
        for step in steps {
            if step.name == ".." {
                node = node.parent ?? node
            } else if let found = node.matches(step).first {
                node = found
            } else {
                node = node.append(String(step.name), prefix: step.prefix.map { String($0) })
                if let condition = step.condition {
                    node.set(String(condition.attribute), to: String(condition.value))
                }
            }
        }
        return node
    }

    /// Removes what holds nothing, from the end of a path up to where something is left.
    private func prune(_ steps: ArraySlice<Step>) {
        var rest = steps
        while !rest.isEmpty {
            guard let node = follow(rest), node.isBare else { return }
            node.remove()
            rest.removeLast()
        }
    }
}
