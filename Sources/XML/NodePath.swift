import CLibxml2

// Paths are a small part of XPath: names, joined by `/`, each with an optional namespace prefix and
// an optional `[N]` (from 1) or `[@name='value']`; `..` for the parent; at the end optionally
// `@name` for an attribute; `.` for the node itself. Examples: `topology/@cores`,
// `numa/cell[2]/@cpus`, `devices/console[@tty='1']/@type`. Unlike an XPath expression, a path can
// be created where it does not exist.

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

    /// The steps of a path, and the attribute at its end; `nil` if the path ends with an element.
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
    /// All elements that match the last step of a path; earlier steps take the first match.
    package func elements(at path: String) -> [Node] {
        let (steps, _) = Step.steps(of: path)
        guard let last = steps.last else { return [self] }
        guard let parent = follow(steps.dropLast()) else { return [] }
        return parent.matches(last)
    }

    /// The first element at a path, or the one whose attribute the path names; `nil` if there is
    /// none.
    package func element(_ path: String) -> Node? { follow(Step.steps(of: path).steps[...]) }

    /// The attribute's value or the element's text at a path; `nil` if there is none.
    package func value(_ path: String) -> String? {
        let (steps, attribute) = Step.steps(of: path)
        guard let node = follow(steps[...]) else { return nil }
        return attribute.map { node[$0] } ?? node.text
    }

    /// Whether there is an element or attribute at a path.
    package func has(_ path: String) -> Bool { value(path) != nil }

    /// Sets the attribute or the element's text at a path, and creates missing elements, including
    /// the attribute of a condition. `nil` removes the value, and then every element of the path
    /// that is empty, from the last one up.
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

    /// The element at a path, created if it is missing.
    @discardableResult
    package func make(_ path: String) -> Node { make(Step.steps(of: path).steps) }

    /// Creates the element at a path, or removes it: for elements without contents, e.g. `<acpi/>`.
    package func set(_ path: String, present: Bool) {
        if present { make(path) } else { remove(path) }
    }

    /// Removes the first element, or the attribute, at a path.
    package func remove(_ path: String) {
        let (steps, attribute) = Step.steps(of: path)
        guard let node = follow(steps[...]) else { return }
        if let attribute {
            if let found = xmlHasProp(node.pointer, attribute) { xmlRemoveProp(found) }
        } else {
            node.remove()
        }
    }

    private func matches(_ step: Step) -> [Node] {
        let found = children.filter { node in
            guard node.isElement, node.name == step.name else { return false }
            if let prefix = step.prefix {
                guard let namespace = node.pointer.pointee.ns?.pointee.prefix,
                    String(cString: namespace) == prefix
                else { return false }
            } else if node.pointer.pointee.ns?.pointee.prefix != nil {
                // As in XPath, a name without a prefix does not match an element that has one.
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
                // For `[N]` one element is appended, however many are missing: virt-install fills
                // such lists in order.
                node = node.append(String(step.name), prefix: step.prefix.map { String($0) })
                if let condition = step.condition {
                    node.set(String(condition.attribute), to: String(condition.value))
                }
            }
        }
        return node
    }

    /// Removes the last element of a path if it is empty, then its parent, and so on.
    private func prune(_ steps: ArraySlice<Step>) {
        var rest = steps
        while !rest.isEmpty {
            // An element that has anything else stops the removal: its ancestors are not empty
            // then.
            guard let node = follow(rest), node.isBare else { return }
            node.remove()
            rest.removeLast()
        }
    }
}
