import Host
import XML

/// A mistake in an option string, in the words that follow `Error: --disk TEXT: `.
struct OptionMistake: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// An option that has sub-options, e.g. `--disk`.
struct InstallOption: Sendable {
    /// Its name without `--`, as on the command line.
    let name: String
    /// The element it describes, as a path in the guest; empty for the guest itself.
    let element: String
    /// Each use of it makes another element.
    let makesElements: Bool
    /// What leading parts without `=` are the values of.
    let positional: [String]
    /// `none` says nothing.
    let ignoresNone: Bool
    let shared: SharedRows
    /// One row a line, see `Row`. Values are applied in this order.
    let table: String
    /// Looks at the parts before any is applied; `false` where nothing more is to be done.
    let prepare: @Sendable (OptionRun) throws -> Bool
    /// Takes the values of rows that are marked so.
    let take: @Sendable (OptionRun, Row, String?) throws -> Void
    /// Looks at the element once all is applied.
    let finish: @Sendable (OptionRun) throws -> Void

    init(
        _ name: String, at element: String = "", makes makesElements: Bool = false,
        first positional: [String] = [], ignoresNone: Bool = true,
        sharing shared: SharedRows = [],
        prepare: @escaping @Sendable (OptionRun) throws -> Bool = { _ in true },
        take: @escaping @Sendable (OptionRun, Row, String?) throws -> Void = { _, _, _ in },
        finish: @escaping @Sendable (OptionRun) throws -> Void = { _ in }, table: String
    ) {
        self.name = name
        self.element = element
        self.makesElements = makesElements
        self.positional = positional
        self.ignoresNone = ignoresNone
        self.shared = shared
        self.table = table
        self.prepare = prepare
        self.take = take
        self.finish = finish
    }

    var rows: [Row] { shared.rows + Row.rows(table) }

    /// What `--OPTION=?` prints.
    func list(_ output: Output) {
        let sorted = rows.map(\.listed).map { name in
            let rank =
                name == "clearxml"
                ? "0" : name.hasPrefix("address.") ? "1" : name.hasPrefix("xpath") ? "2" : ""
            return (key: Array((rank + name).utf8), name: name)
        }.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        output.result("--\(name) options:")
        for (_, name) in sorted { output.result("  \(name)") }
        output.result("")
    }

    /// What is given, in the order of the rows, and the keys that no row has.
    fileprivate func steps(
        _ given: Given, rows: [Row]
    ) throws -> (known: [(row: Row, key: String, value: String?)], unknown: [String]) {
        var left = given
        var steps: [(row: Row, key: String, value: String?)] = []
        for row in rows {
            for key in left.keys where row.matches(key) {
                guard let value = left.take(key) ?? nil else {
                    throw OptionMistake("Option '\(key)' had no value set.")
                }
                guard !(row.ignoresDefault && value == "default") else { continue }
                steps.append((row, key, try row.convert(value, key: key)))
            }
        }
        return (steps, left.keys)
    }

    fileprivate func refuse(_ unknown: [String]) throws {
        guard unknown.isEmpty else {
            throw InstallFailure("Unknown --\(name) options: \(pythonList(unknown))")
        }
    }

    /// Reads an option string that describes no XML: the values by name; `nil` where it says
    /// nothing.
    func values(_ text: String) throws -> [String: String]? {
        guard !text.isEmpty, !(ignoresNone && text == "none") else { return nil }
        let rows = rows
        let given = try Given(text, rows: rows, positional: positional)
        do {
            let (steps, unknown) = try steps(given, rows: rows)
            try refuse(unknown)
            return steps.reduce(into: [:]) { $0[String($1.row.names[0])] = $1.value }
        } catch let mistake as OptionMistake {
            throw InstallFailure("Error: --\(name) \(text): \(mistake)")
        }
    }

    /// Reads one option string into the guest; `number` tells uses of the option apart, from 0.
    func apply(_ text: String, to guest: Guest, number: Int = 0) throws {
        guard !text.isEmpty, !(ignoresNone && text == "none") else { return }
        let rows = rows
        let given = try Given(text, rows: rows, positional: positional)
        let run = OptionRun(option: self, text: text, given: given, guest: guest, number: number)
        do {
            try run.apply(rows)
        } catch let failure as InstallFailure {
            throw failure
        } catch {
            throw InstallFailure("Error: --\(name) \(text): \(words(of: error))")
        }
    }
}

/// One use of an option.
final class OptionRun {
    let option: InstallOption
    /// The whole option string.
    let text: String
    var given: Given
    let guest: Guest
    let number: Int
    /// The element of a device, or the guest's outermost one.
    private(set) var node: Node
    /// What stands before the paths of rows: `cpu/`.
    private(set) var prefix: String
    /// Whether the element is one that this use made.
    private var isNew: Bool

    init(option: InstallOption, text: String, given: Given, guest: Guest, number: Int) {
        self.option = option
        self.text = text
        self.given = given
        self.guest = guest
        self.number = number
        node = guest.root
        prefix = option.element.isEmpty ? "" : option.element + "/"
        isNew = option.makesElements
        if isNew {
            node = guest.addElement(option.element)
            prefix = ""
        }
    }

    fileprivate func apply(_ rows: [Row]) throws {
        guard try option.prepare(self) else {
            if isNew { guest.discard(node) }
            return
        }
        try applyRows(rows)
        try option.finish(self)
    }

    /// Works on an element that is there already.
    func reuse(_ other: Node) {
        if isNew { guest.discard(node) }
        isNew = false
        node = other
    }

    private func applyRows(_ rows: [Row]) throws {
        let (steps, unknown) = try option.steps(given, rows: rows)
        for step in steps { try apply(step.row, key: step.key, step.value) }
        try option.refuse(unknown)
    }

    private func apply(_ row: Row, key: String, _ value: String?) throws {
        if row.isCalled {
            switch row.names[0] {
            case "clearxml": return try clear(value)
            case "boot.order": return try guest.setBootOrder(of: node, value)
            case let name where name.hasPrefix("xpath#"):
                let field = String(name.dropFirst(7))
                let makes = option.makesElements
                return guest.addAction(
                    on: node, prefix: makes ? "" : option.element,
                    origin: makes ? "Error: --\(option.name) \(text): " : "",
                    index: row.indices(in: key)[0], field, value)
            default: return try option.take(self, row, value)
            }
        }
        set(row, key: key, try row.text(of: value))
    }

    /// Puts a value where its row says.
    func set(_ row: Row, key: String? = nil, _ value: String?) {
        let path = prefix + indexed(row, key: key)
        guest.noteGiven(path)
        if row.kind == .presence {
            node.set(path, present: value == "yes")
        } else {
            node.set(path, value)
        }
    }

    func set(_ path: String, _ value: String?) {
        guest.noteGiven(prefix + path)
        node.set(prefix + path, value)
    }

    func value(_ path: String) -> String? { node.value(prefix + path) }

    /// The path with the numbers that the key has, elements made up to there.
    private func indexed(_ row: Row, key: String?) -> String {
        guard row.path.contains("#") else { return String(row.path) }
        var indices = row.indices(in: key ?? "")[...]
        var path = ""
        for part in row.path.split(separator: "/") {
            if !path.isEmpty { path += "/" }
            guard part.hasSuffix("#") else {
                path += part
                continue
            }
            path += part.dropLast()
            let index = indices.popFirst() ?? 0
            for number in 0...min(index, 4096) {
                let step = "\(prefix)\(path)[\(number + 1)]"
                if node.element(step) == nil { guest.noteStub(node.make(step)) }
            }
            path += "[\(index + 1)]"
        }
        return path
    }

    private func clear(_ value: String?) throws {
        // Changes by XPath need an element, too: what has them has something to clear.
        guard option.shared.contains(.xpath) else {
            throw OptionMistake("Don't know how to clearxml for --\(option.name)")
        }
        guard value == "yes", !option.makesElements else { return }
        guard option.element.isEmpty else { return node.remove(option.element) }
        for row in option.rows {
            let parts = row.path.split(separator: "/").first?.split(separator: "[")
            if let name = parts?.first { node.remove(String(name)) }
        }
    }
}

extension Row {
    /// A value with `yes` and `no` for all of their spellings; `nil` for an empty one.
    func convert(_ value: String, key: String) throws -> String? {
        guard !value.isEmpty else { return nil }
        guard [.yesNo, .onOff, .presence, .bool].contains(kind) else { return value }
        return try yesOrNo(value, key: key) ? "yes" : "no"
    }

    /// A value as it stands in the XML.
    func text(of value: String?) throws -> String? {
        guard let value else { return nil }
        switch kind {
        case .text, .yesNo, .presence, .bool: return value
        case .onOff: return value == "yes" ? "on" : "off"
        case .absolutePath: return absolutePath(value)
        case .int: return try String(number(value))
        }
    }
}

/// A whole number, decimal or with `0x` hexadecimal.
func number(_ text: String) throws -> Int {
    let radix = text.contains("0x") ? 16 : 10
    guard let number = pythonInteger(text, radix: radix) else {
        throw OptionMistake(
            "invalid literal for int() with base \(radix): \(pythonQuoted(text))")
    }
    return number
}

/// A whole number in decimal digits.
func decimal(_ text: String) throws -> Int {
    guard let number = pythonInteger(text) else {
        throw OptionMistake("invalid literal for int() with base 10: \(pythonQuoted(text))")
    }
    return number
}

/// Yes or no, in any of their spellings.
func yesOrNo(_ value: String, key: String) throws -> Bool {
    guard let answer = yesOrNo(value) else { throw InstallFailure("\(key) must be 'yes' or 'no'") }
    return answer
}

func yesOrNo(_ value: String) -> Bool? {
    switch value.lowercased() {
    case "y", "yes", "1", "true", "t", "on": true
    case "n", "no", "0", "false", "f", "off": false
    default: nil
    }
}

/// A path as seen from the root: what is relative starts at the working folder, `.` and `..`
/// are resolved. Python 3.11: `os.path.abspath`.
func absolutePath(_ path: String) -> String {
    let full = path.hasPrefix("/") ? path : currentDirectory() + "/" + path
    var parts: [Substring] = []
    for part in full.split(separator: "/") where part != "." {
        if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    let start = full.hasPrefix("//") && !full.hasPrefix("///") ? "//" : "/"
    return start + parts.joined(separator: "/")
}
