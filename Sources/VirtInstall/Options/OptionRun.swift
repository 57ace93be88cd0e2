import InstallMedia
import XML

/// One use of an option. Its sub-options work on the guest through it.
final class OptionRun {
    let option: InstallOption
    /// The whole option string.
    let text: String
    var values: OptionValues
    let guest: Guest
    /// The index of this use of the option.
    let number: Int
    private let subOptions: SubOptions
    /// The element that this use describes, or the guest's outermost element.
    private(set) var node: Node
    /// The path from `node` to the described part of the guest, e.g. `cpu/`; otherwise empty.
    private let prefix: String
    /// Whether this use added `node`.
    private var isNew: Bool

    init(
        option: InstallOption, subOptions: SubOptions, text: String, values: OptionValues,
        guest: Guest, number: Int
    ) {
        self.option = option
        self.subOptions = subOptions
        self.text = text
        self.values = values
        self.guest = guest
        self.number = number
        switch option.target {
        case .newElement(let path):
            node = guest.addElement(path)
            prefix = ""
            isNew = true
        case .part(let path):
            node = guest.root
            prefix = path + "/"
            isNew = false
        case .guest, .noXML:
            node = guest.root
            prefix = ""
            isNew = false
        }
    }

    func apply() throws {
        if try subOptions.hooks.shortcut(self) {
            if isNew { guest.discard(node) }
            return
        }
        for (old, new) in subOptions.renames { values.rename(old, to: new) }
        try subOptions.hooks.prepare(self)
        let (steps, unknown) = try values.steps(subOptions.rows)
        for step in steps { try apply(step.row, key: step.key, step.value) }
        // virt-install applies what it knows first, so an error of a known name wins.
        try option.checkUnknown(unknown, guest.version)
        try subOptions.hooks.finish(self)
    }

    private func apply(_ row: SubOption, key: String, _ value: String?) throws {
        switch row.action {
        case .store: break
        case .call(let body): try body(self, value, row.indices(in: key))
        case .set:
            if case .absolutePath = row.type, let value { try guest.host.files.checkPlace(value) }
            let text = try row.type.xmlText(value)
            let path = prefix + indexed(row, key: key)
            guest.noteGiven(path)
            if case .presence = row.type {
                node.set(path, present: text == "yes")
            } else {
                node.set(path, text)
            }
        }
    }

    /// Replaces the element that this use added by an existing one.
    func reuse(_ other: Node) {
        if isNew { guest.discard(node) }
        isNew = false
        node = other
    }

    /// Sets a value relative to the option's element; `nil` removes it.
    func set(_ path: String, _ value: String?) {
        guest.noteGiven(prefix + path)
        node.set(prefix + path, value)
    }

    /// A value relative to the option's element.
    func value(_ path: String) -> String? { node.value(prefix + path) }

    func addXPathChange(_ index: Int, _ field: XPathChange.Field, _ value: String?) {
        // A new element is found by its node, because its index may still change; a part of the
        // guest may not exist yet and is found by its path.
        var part = ""
        var origin = ""
        switch option.target {
        case .part(let path): part = path
        case .newElement: origin = "Error: --\(option.name) \(text): "
        case .guest, .noXML: break
        }
        guest.addXPathChange(
            on: node, prefix: part, origin: origin, index: index, field, value)
    }

    /// The path with the indices of the key. Creates the elements up to each index.
    private func indexed(_ row: SubOption, key: String) -> String {
        makeElement(row.path, indices: row.indices(in: key))
    }

    /// The path with indices in place of each `#`. Creates the elements up to each index.
    func makeElement(_ pattern: String, indices: [Int]) -> String {
        guard pattern.contains("#") else { return pattern }
        var indices = indices[...]
        var path = ""
        for part in pattern.split(separator: "/") {
            if !path.isEmpty { path += "/" }
            guard part.hasSuffix("#") else {
                path += part
                continue
            }
            path += part.dropLast()
            let index = indices.popFirst() ?? 0
            // Limited, so that a large index on the command line does not use up all memory.
            for number in 0...min(index, 4096) {
                let step = "\(prefix)\(path)[\(number + 1)]"
                if node.element(step) == nil { guest.noteStub(node.make(step)) }
            }
            path += "[\(index + 1)]"
        }
        return path
    }

    /// `clearxml=yes`. A new element is already empty.
    func clear(_ isOn: Bool) throws {
        // virt-install's rule: options without XPath changes, e.g. --memory, cannot be cleared.
        guard option.shared.contains(.xpath) else {
            throw OptionMistake("Don't know how to clearxml for --\(option.name)")
        }
        guard isOn else { return }
        switch option.target {
        case .newElement, .noXML: break
        case .part(let path): node.remove(path)
        case .guest:
            for row in subOptions.rows {
                let parts = row.path.split(separator: "/").first?.split(separator: "[")
                if let name = parts?.first { node.remove(String(name)) }
            }
        }
    }
}
