/// An option of the command line.
struct CommandLineOption {
    enum Value {
        case required
        /// The option may come without a value. Then it has the meaning of this value, if any.
        case optional(meaning: String? = nil)
        /// The option has no value. It stores this one.
        case flag(stores: String)

        static let optional = Value.optional()
    }

    /// The types that argparse checks; virt-install leaves all other checks to its own code.
    enum NumberType: String { case int, float }

    /// E.g. `-n` and `--name`.
    let strings: [String]
    /// The name of its values in `CommandLineValues`. Several options may share one.
    let name: String
    let value: Value
    /// Whether all values count, and not only the last.
    let repeats: Bool
    let type: NumberType?
    /// Whether it excludes the other options with this mark.
    let isExclusive: Bool
    /// The text in `--help`; `nil` for an option that is not listed.
    let help: String?

    /// `-n/--name`, as error messages name it.
    var label: String { strings.joined(separator: "/") }
    var isHidden: Bool { help == nil }

    static func option(
        _ strings: String..., as name: String? = nil, value: Value = .required,
        type: NumberType? = nil, help: String? = nil
    ) -> CommandLineOption {
        CommandLineOption(strings, name, value, type: type, help: help)
    }

    /// An option that may be repeated.
    static func list(
        _ strings: String..., as name: String? = nil, value: Value = .required,
        type: NumberType? = nil, help: String? = nil
    ) -> CommandLineOption {
        CommandLineOption(strings, name, value, repeats: true, type: type, help: help)
    }

    static func flag(
        _ strings: String..., as name: String? = nil, stores constant: String = "yes",
        isExclusive: Bool = false, help: String? = nil
    ) -> CommandLineOption {
        CommandLineOption(
            strings, name, .flag(stores: constant), isExclusive: isExclusive, help: help)
    }

    private init(
        _ strings: [String], _ name: String?, _ value: Value, repeats: Bool = false,
        type: NumberType? = nil, isExclusive: Bool = false, help: String?
    ) {
        precondition(!strings.isEmpty && strings.allSatisfy { $0.hasPrefix("-") }, "no option")
        self.strings = strings
        let main = strings.first { $0.hasPrefix("--") } ?? strings[0]
        self.name = name ?? String(main.drop { $0 == "-" })
        self.value = value
        self.repeats = repeats
        self.type = type
        self.isExclusive = isExclusive
        self.help = help
    }
}
