import InstallMedia

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
    let roles: RoleMark?
    private let versions: Versions

    /// The versions of virt-install that have an option.
    struct Versions {
        var first = InstallVersion.v41
        /// The first one that does not have it any more.
        var end: InstallVersion?

        static let all = Versions()

        static func since(_ first: InstallVersion) -> Versions { Versions(first: first) }
        static func before(_ end: InstallVersion) -> Versions { Versions(end: end) }
    }

    func exists(in version: InstallVersion) -> Bool {
        version >= versions.first && versions.end.map { version < $0 } ?? true
    }

    /// `-n/--name`, as error messages name it.
    var label: String { strings.joined(separator: "/") }
    var isHidden: Bool { help == nil }

    // These are not inlined: there are more than a hundred calls.

    @inline(never)
    static func option(
        _ string: String, _ other: String? = nil, as name: String? = nil, value: Value = .required,
        type: NumberType? = nil, versions: Versions = .all, roles mark: RoleMark? = nil,
        help: String? = nil
    ) -> CommandLineOption {
        CommandLineOption(
            string, other, name, value, type: type, versions: versions, roles: mark, help: help)
    }

    /// An option that may be repeated.
    @inline(never)
    static func list(
        _ string: String, _ other: String? = nil, as name: String? = nil, value: Value = .required,
        type: NumberType? = nil, versions: Versions = .all, roles mark: RoleMark? = nil,
        help: String? = nil
    ) -> CommandLineOption {
        CommandLineOption(
            string, other, name, value, repeats: true, type: type, versions: versions, roles: mark,
            help: help)
    }

    @inline(never)
    static func flag(
        _ string: String, _ other: String? = nil, as name: String? = nil,
        stores constant: String = "yes",
        isExclusive: Bool = false, roles mark: RoleMark? = nil, help: String? = nil
    ) -> CommandLineOption {
        CommandLineOption(
            string, other, name, .flag(stores: constant), isExclusive: isExclusive, roles: mark,
            help: help)
    }

    private init(
        _ string: String, _ other: String?, _ name: String?, _ value: Value, repeats: Bool = false,
        type: NumberType? = nil, isExclusive: Bool = false, versions: Versions = .all,
        roles mark: RoleMark?, help: String?
    ) {
        let strings = other.map { [string, $0] } ?? [string]
        precondition(strings.allSatisfy { $0.hasPrefix("-") }, "\(string) is not an option")
        self.strings = strings
        let main = strings.first { $0.hasPrefix("--") } ?? strings[0]
        self.name = name ?? String(main.drop { $0 == "-" })
        self.value = value
        self.repeats = repeats
        self.type = type
        self.isExclusive = isExclusive
        self.help = help
        roles = mark
        self.versions = versions
    }
}
