/// The parts of an option string: `path=/a,size=5` has the keys `path` and `size`, in that order.
struct OptionValues {
    private(set) var pairs: [(key: String, value: String?)] = []

    var keys: [String] { pairs.map(\.key) }

    func has(_ key: String) -> Bool { pairs.contains { $0.key == key } }

    /// The value; `nil` if the key is missing or has no value.
    subscript(key: String) -> String? { pairs.first { $0.key == key }?.value }

    /// Replaces the value of a key, or appends the key.
    mutating func set(_ key: String, _ value: String?) {
        if let index = pairs.firstIndex(where: { $0.key == key }) {
            pairs[index].value = value
        } else {
            pairs.append((key, value))
        }
    }

    /// Removes a key and returns its value; `.some(nil)` if the key had no value.
    @discardableResult
    mutating func remove(_ key: String) -> String?? {
        guard let index = pairs.firstIndex(where: { $0.key == key }) else { return nil }
        return .some(pairs.remove(at: index).value)
    }

    /// Moves the value of one key to another.
    mutating func rename(_ key: String, to other: String) {
        if let value = remove(key) { set(other, value) }
    }

    mutating func removeAll() { pairs = [] }
}

extension OptionValues {
    /// Reads an option string. Leading parts without `=` are the values of the `positional` names.
    /// A value that may contain commas extends to the next part that is the name of a row.
    init(_ text: String, rows: [SubOption], positional: [String]) throws {
        var parts = try parts(of: text)
        var names = positional[...]
        for index in parts.indices {
            guard parts[index].value == nil, let name = names.popFirst() else { break }
            parts[index] = (name, parts[index].key)
        }
        var rest = parts[...]
        while var part = rest.popFirst() {
            // `description=a,b,name=c` has two values; the name of a row ends the first one.
            if rows.first(where: { $0.matches(part.key) })?.allowsCommas == true {
                while let next = rest.first, !rows.contains(where: { $0.matches(next.key) }) {
                    rest.removeFirst()
                    part.value = (part.value ?? "") + "," + next.key
                    if let value = next.value, !value.isEmpty { part.value? += "=" + value }
                }
            }
            set(part.key, part.value)
        }
    }

    /// The values in the order of the rows, normalized, and the keys that match no row.
    func steps(
        _ rows: [SubOption]
    ) throws -> (known: [(row: SubOption, key: String, value: String?)], unknown: [String]) {
        var rest = self
        var steps: [(row: SubOption, key: String, value: String?)] = []
        // A key that matches two rows belongs to the first one.
        for row in rows {
            for key in rest.keys where row.matches(key) {
                guard let value = rest.remove(key) ?? nil else {
                    throw OptionMistake("Option '\(key)' had no value set.")
                }
                guard row.fallback == nil || value != "default" else { continue }
                steps.append((row, key, try row.type.normalized(value, key: key)))
            }
        }
        return (steps, rest.keys)
    }
}

/// The parts of an option string, split at commas and each at its first `=`.
func parts(of text: String) throws -> [(key: String, value: String?)] {
    try splitWords(text, separators: ",").map { part in
        guard let equals = part.firstIndex(of: "=") else { return (part, nil) }
        return (String(part[..<equals]), String(part[part.index(after: equals)...]))
    }
}
