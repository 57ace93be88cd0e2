import XML

/// A sub-option of an option, e.g. `cache` of `--disk`: its names, and what its value does.
struct SubOption {
    enum Action {
        /// The value is only stored. The option's own code reads it by name.
        case store
        /// Sets the element or attribute at `path`.
        case set
        /// Runs code of the option, with the value and the indices in the key.
        case call((OptionRun, String?, [Int]) throws -> Void)
    }

    /// `--OPTION=?` lists the first one. `#` stands for an index, which defaults to 0.
    let names: [String]
    /// The place of the value, relative to the option's element. `#` stands for the index.
    /// Empty if the value does not go to a single place.
    let path: String
    let type: ValueType
    /// The value may contain commas.
    let allowsCommas: Bool
    /// What a device gets if the sub-option is missing or its value is `default`.
    let fallback: DefaultValue?
    let action: Action
    let roles: RoleMark?

    init(
        _ names: [String], path: String = "", type: ValueType = .text, commas: Bool = false,
        fallback: DefaultValue? = nil, action: Action, roles mark: RoleMark?
    ) {
        precondition(!names.isEmpty && names.allSatisfy { !$0.isEmpty }, "no name")
        // An index in the path is read from the key that the user wrote.
        precondition(
            path.count { $0 == "#" } <= names[0].count { $0 == "#" },
            "\(names[0]) has fewer indices than \(path)")
        if case .set = action { precondition(!path.isEmpty, "\(names[0]) sets nothing") }
        self.names = names
        self.path = path
        self.type = type
        allowsCommas = commas
        self.fallback = fallback
        self.action = action
        roles = mark
    }

    func matches(_ key: String) -> Bool { names.contains { Self.indices(in: key, of: $0) != nil } }

    /// The indices in a key, e.g. [2] for `cell2.id` and `cell#.id`; `nil` if the key does not
    /// match the name.
    static func indices(in key: String, of name: String) -> [Int]? {
        guard name.utf8.contains(UInt8(ascii: "#")) else { return name == key ? [] : nil }
        var rest = key[...]
        var indices: [Int] = []
        for (number, part) in name.split(separator: "#", omittingEmptySubsequences: false)
            .enumerated()
        {
            if number > 0 {
                let digits = rest.prefix { $0.isASCII && $0.isNumber }
                rest = rest[digits.endIndex...]
                // A number that is too large stays large; the path limits it.
                indices.append(digits.isEmpty ? 0 : Int(digits) ?? Int.max)
            }
            guard rest.hasPrefix(part) else { return nil }
            rest = rest.dropFirst(part.count)
        }
        return rest.isEmpty ? indices : nil
    }

    func indices(in key: String) -> [Int] {
        names.lazy.compactMap { Self.indices(in: key, of: $0) }.first ?? []
    }

    /// The name as `--OPTION=?` lists it.
    var listed: String {
        names[0].split(separator: "#", omittingEmptySubsequences: false).joined(
            separator: "[0-9]*")
    }
}

/// How a value is checked, and how it is written to the XML.
enum ValueType {
    case text, integer, absolutePath
    /// A boolean, written as `yes` or `no`.
    case yesNo
    /// A boolean, written as `on` or `off`.
    case onOff
    /// A boolean, written as an empty element or none.
    case presence
    /// The option's own conversion; `nil` stands for an empty value.
    case converted(@Sendable (String?) throws -> String?)

    /// Normalizes a boolean to `yes` or `no`; `nil` for an empty value. Runs for all values before
    /// the first one is applied.
    func normalized(_ value: String, key: String) throws -> String? {
        guard !value.isEmpty else { return nil }
        switch self {
        case .yesNo, .onOff, .presence: return try yesOrNo(value, key: key) ? "yes" : "no"
        case .text, .integer, .absolutePath, .converted: return value
        }
    }

    /// The text for the XML, from a normalized value.
    func xmlText(_ value: String?) throws -> String? {
        if case .converted(let convert) = self { return try convert(value) }
        guard let value else { return nil }
        switch self {
        case .text, .yesNo, .presence, .converted: return value
        case .onOff: return value == "yes" ? "on" : "off"
        case .absolutePath: return VirtInstall.absolutePath(value)
        case .integer: return try String(number(value))
        }
    }
}

/// The value that a device gets if its sub-option is missing or is `default`.
struct DefaultValue: ExpressibleByStringLiteral {
    /// Computes it; `nil` leaves the place empty.
    let value: (_ device: Node, _ guest: Guest) throws -> String?

    init(stringLiteral value: String) { self.value = { _, _ in value } }

    private init(_ value: @escaping (Node, Guest) throws -> String?) { self.value = value }

    /// A value that depends on the guest or on other values of the device.
    static func computed(_ value: @escaping (Node, Guest) throws -> String?) -> DefaultValue {
        DefaultValue(value)
    }
}
