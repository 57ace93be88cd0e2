/// The values of the options on a command line.
struct CommandLineValues {
    /// The values of each option, by `CommandLineOption.name` and in their order; `nil` for an
    /// option without a value, if that is allowed.
    private var values: [String: [String?]] = [:]

    /// The options that were used, each once, in their order.
    private(set) var used: [CommandLineOption] = []

    /// The names that options of the command line declare.
    private static let names = Set(CommandLineGroup.all.flatMap(\.options).map(\.name))

    /// The values of one option, or `nil` if it is missing. All access goes through here, so that a
    /// mistyped name fails in a debug build.
    private subscript(all name: String) -> [String?]? {
        get {
            assert(Self.names.contains(name), "there is no option '\(name)'")
            return values[name]
        }
        set {
            assert(Self.names.contains(name), "there is no option '\(name)'")
            values[name] = newValue
        }
    }

    /// The last value; `nil` if the option is missing or has no value.
    subscript(name: String) -> String? {
        get { self[all: name]?.last ?? nil }
        set { self[all: name] = newValue.map { [$0] } }
    }

    /// All values of an option that may be repeated.
    func list(_ name: String) -> [String] { self[all: name]?.compactMap(\.self) ?? [] }

    /// Like `list`, with `value` for each use of the option without one.
    func list(_ name: String, withoutValue value: String) -> [String] {
        self[all: name]?.map { $0 ?? value } ?? []
    }

    mutating func add(_ value: String, to name: String) {
        self[all: name] = (self[all: name] ?? []) + [value]
    }

    mutating func setList(_ name: String, _ list: [String]) { self[all: name] = list }

    /// Returns false if the option is missing or its value is empty.
    func has(_ name: String) -> Bool {
        guard let last = self[all: name]?.last else { return false }
        return last != ""
    }

    /// Whether the option is given, even with an empty value.
    func isGiven(_ name: String) -> Bool { self[all: name] != nil }

    /// Whether the option is given without a value, as in `--cloud-init`.
    func isBare(_ name: String) -> Bool { self[all: name]?.last == .some(nil) }

    mutating func store(_ value: String?, for option: CommandLineOption) {
        let earlier = option.repeats ? self[all: option.name] ?? [] : []
        self[all: option.name] = earlier + [value]
        if !used.contains(where: { $0.label == option.label }) { used.append(option) }
    }
}
