/// What an option string says: `path=/a,size=5` is `path` and `size`, in that order.
struct Given {
    private(set) var pairs: [(key: String, value: String?)] = []

    var keys: [String] { pairs.map(\.key) }

    func has(_ key: String) -> Bool { pairs.contains { $0.key == key } }

    /// The value; `nil` where the key is missing or stands without one.
    subscript(key: String) -> String? { pairs.first { $0.key == key }?.value }

    /// Gives a key a value, where it stands or else at the end.
    mutating func set(_ key: String, _ value: String?) {
        if let index = pairs.firstIndex(where: { $0.key == key }) {
            pairs[index].value = value
        } else {
            pairs.append((key, value))
        }
    }

    /// Takes a key out; its value, `.some(nil)` where it stood without one.
    @discardableResult
    mutating func take(_ key: String) -> String?? {
        guard let index = pairs.firstIndex(where: { $0.key == key }) else { return nil }
        return .some(pairs.remove(at: index).value)
    }

    /// Gives what stands under one key another one.
    mutating func move(_ key: String, to other: String) {
        if let value = take(key) { set(other, value) }
    }

    mutating func removeAll() { pairs = [] }
}

/// The parts of an option string, split at commas and each at its first `=`.
func parts(of text: String) throws -> [(key: String, value: String?)] {
    try shellWords(text, separators: [","]).map { part in
        guard let equals = part.firstIndex(of: "=") else { return (part, nil) }
        return (String(part[..<equals]), String(part[part.index(after: equals)...]))
    }
}

extension Given {
    /// Reads an option string. Leading parts without `=` get the names in `positional`; a value
    /// that may have commas goes on to the next part that is a row's name.
    init(_ text: String, rows: [Row], positional: [String]) throws {
        var parts = try parts(of: text)
        var names = positional[...]
        for index in parts.indices {
            guard parts[index].value == nil, let name = names.popFirst() else { break }
            parts[index] = (name, parts[index].key)
        }
        var rest = parts[...]
        while var part = rest.popFirst() {
            if rows.first(where: { $0.matches(part.key) })?.hasCommas == true {
                while let next = rest.first, !rows.contains(where: { $0.matches(next.key) }) {
                    rest.removeFirst()
                    part.value = (part.value ?? "") + "," + next.key
                    if let value = next.value, !value.isEmpty { part.value? += "=" + value }
                }
            }
            set(part.key, part.value)
        }
    }
}
