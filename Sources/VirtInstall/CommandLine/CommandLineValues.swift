/// The values of the options on a command line.
struct CommandLineValues {
    /// The values of each option, by `CommandLineOption.name` and in their order; `nil` for an option
    /// without a value, if that is allowed.
    private(set) var values: [String: [String?]] = [:]

    /// The last value; `nil` if the option is missing or has no value.
    subscript(name: String) -> String? {
        get { values[name]?.last ?? nil }
        set { values[name] = newValue.map { [$0] } }
    }

    /// All values of an option that may be repeated.
    func list(_ name: String) -> [String] { values[name]?.compactMap(\.self) ?? [] }

    mutating func add(_ value: String, to name: String) { values[name, default: []].append(value) }

    mutating func setList(_ name: String, _ list: [String]) { values[name] = list }

    /// Returns false if the option is missing or its value is empty.
    func has(_ name: String) -> Bool {
        guard let values = values[name], let last = values.last else { return false }
        return last != ""
    }

    /// Whether the option is given, even with an empty value.
    func isGiven(_ name: String) -> Bool { values[name] != nil }

    /// Whether the option is given without a value, as in `--cloud-init`.
    func isBare(_ name: String) -> Bool { values[name]?.last == .some(nil) }

    mutating func store(_ value: String?, for option: CommandLineOption) {
        let earlier = option.repeats ? values[option.name] ?? [] : []
        values[option.name] = earlier + [value]
    }
}
