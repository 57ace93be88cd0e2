package import Libvirt
package import Policy

/// One option of a command, as the help and the parser need it.
package struct Option: Sendable {
    package enum Kind: Sendable {
        /// `--name`
        case flag
        /// `--name X`. virsh: VSH_OT_STRING, and VSH_OT_DATA before 10.3
        case string
        /// `--name X`, described as a number. virsh: VSH_OT_INT
        case number
        /// All remaining words. virsh: VSH_OT_ARGV
        case rest
        /// Another name for an option, or for an option with a value: `name` or `name=value`.
        /// virsh: VSH_OT_ALIAS
        case alias(String)

        /// What syntax errors call its value.
        var valueName: String { if case .number = self { "number" } else { "string" } }
    }

    /// Whether a bare word can be its value.
    package enum Placement: Sendable {
        /// No: only by name. virsh 9.0.0: VSH_OFLAG_REQ_OPT
        case named
        /// Yes, but help shows its name. virsh 11.3.0: `unwanted_positional`
        case tolerated
        /// Yes, and help since 10.3 shows it as `<name>`. virsh 11.3.0: `positional`
        case positional
    }

    /// What a role needs for the option.
    package enum Access: Sendable, Hashable {
        /// The class of the command.
        case covered
        /// As `covered`; it only selects what is read or changed, and changes nothing itself.
        case selects
        /// Another class.
        case needs(VirshClass)
        /// The class of the command, and one of these values.
        case only([String])
        /// No role has it.
        case refused
    }

    package let name: String
    package let kind: Kind
    package let help: String
    /// Whether the parser rejects a call without it.
    package let isRequired: Bool
    package let placement: Placement
    /// Whether an empty value is valid (virsh: VSH_OFLAG_EMPTY_OK).
    package let mayBeEmpty: Bool
    package let access: Access
    /// What its value names: one kind, or a file with XML, or nothing.
    package let names: ObjectKinds
}

/// Converts an option's word to a value when a body reads it, or throws the error for a wrong word.
package struct Conversion<Value: Sendable>: Sendable {
    let convert: @Sendable (_ word: String, _ option: Option) throws -> Value

    package init(_ convert: @escaping @Sendable (String, Option) throws -> Value) {
        self.convert = convert
    }
}

extension Conversion where Value == String {
    /// The word itself; empty only if the option allows that.
    /// virsh 9.0.0: `vshCommandOptStringReq`.
    package static let text = Conversion { word, option in
        guard !word.isEmpty || option.mayBeEmpty else {
            throw CommandFailure("Failed to get option '\(option.name)': Option argument is empty")
        }
        return word
    }
}

/// Refers to a declared option; the body that reads it gets a `Value`.
package struct Key<Value>: Sendable {
    let read: @Sendable (ParsedOptions) throws -> Value
    /// The option's index in the declaration.
    let index: Int
    let name: String
}

/// The options that a command declares, in virsh's order.
package struct Options {
    package private(set) var all: [Option] = []
    /// The version of virsh that the command behaves as.
    package let version: LibvirtVersion

    package init(for version: LibvirtVersion) { self.version = version }

    /// The placement of an option whose value could be a bare word only before the new parser.
    var onceBare: Option.Placement { version < .newParser ? .tolerated : .named }

    /// Adds an option. If the version does not have it yet, its index is one that is never given.
    private mutating func add(
        _ name: String, _ kind: Option.Kind, _ help: String, required: Bool = false,
        place: Option.Placement, mayBeEmpty: Bool = false, access: Option.Access = .covered,
        names: ObjectKinds = [], since first: LibvirtVersion? = nil
    ) -> (Int, Option) {
        let option = Option(
            name: name, kind: kind, help: help, isRequired: required, placement: place,
            mayBeEmpty: mayBeEmpty, access: access, names: names)
        if let first, version < first { return (-1, option) }
        all.append(option)
        return (all.count - 1, option)
    }

    /// A flag `--name`. Its value says whether it was given.
    package mutating func flag(
        _ name: String, _ help: String, _ access: Option.Access = .covered,
        since first: LibvirtVersion? = nil
    ) -> Key<Bool> {
        let (index, _) = add(name, .flag, help, place: .named, access: access, since: first)
        return Key(read: { $0.has(index) }, index: index, name: name)
    }

    /// A required `<name>` (virsh: VSH_OT_DATA).
    package mutating func data<Value>(
        _ name: String, _ help: String, _ access: Option.Access = .covered,
        names: ObjectKinds = [], as conversion: Conversion<Value>, mayBeEmpty: Bool = false
    ) -> Key<Value> {
        required(
            add(
                name, .string, help, required: true, place: .positional, mayBeEmpty: mayBeEmpty,
                access: access, names: names), conversion)
    }

    package mutating func data(
        _ name: String, _ help: String, _ access: Option.Access = .covered,
        names: ObjectKinds = [], mayBeEmpty: Bool = false
    ) -> Key<String> {
        data(name, help, access, names: names, as: .text, mayBeEmpty: mayBeEmpty)
    }

    /// An optional `--name X` (virsh: VSH_OT_STRING). `required` is for an option that only some
    /// versions require.
    package mutating func string<Value>(
        _ name: String, _ help: String, _ access: Option.Access = .covered,
        names: ObjectKinds = [], as conversion: Conversion<Value>, required: Bool = false,
        place: Option.Placement = .tolerated, mayBeEmpty: Bool = false,
        since first: LibvirtVersion? = nil
    ) -> Key<Value?> {
        optional(
            add(
                name, .string, help, required: required, place: place, mayBeEmpty: mayBeEmpty,
                access: access, names: names, since: first), conversion)
    }

    package mutating func string(
        _ name: String, _ help: String, _ access: Option.Access = .covered,
        names: ObjectKinds = [], required: Bool = false,
        place: Option.Placement = .tolerated, mayBeEmpty: Bool = false,
        since first: LibvirtVersion? = nil
    ) -> Key<String?> {
        string(
            name, help, access, names: names, as: .text, required: required, place: place,
            mayBeEmpty: mayBeEmpty, since: first)
    }

    /// An optional `--name N` (virsh: VSH_OT_INT).
    package mutating func number<Value>(
        _ name: String, _ help: String, _ access: Option.Access = .covered,
        as conversion: Conversion<Value>, required: Bool = false,
        place: Option.Placement = .tolerated, since first: LibvirtVersion? = nil
    ) -> Key<Value?> {
        optional(
            add(
                name, .number, help, required: required, place: place, access: access,
                since: first), conversion)
    }

    /// A required `<name>` that is a number (virsh: VSH_OT_INT with VSH_OFLAG_REQ).
    package mutating func requiredNumber<Value>(
        _ name: String, _ help: String, as conversion: Conversion<Value>
    ) -> Key<Value> {
        required(add(name, .number, help, required: true, place: .positional), conversion)
    }

    /// All remaining words, unconverted (virsh: VSH_OT_ARGV). It must be declared last.
    package mutating func rest(
        _ name: String, _ help: String, _ access: Option.Access = .covered,
        names: ObjectKinds = [], required: Bool = false, place: Option.Placement = .positional
    ) -> Key<[String]> {
        let (index, _) = add(
            name, .rest, help, required: required, place: place, access: access,
            names: names)
        return Key(read: { $0.words(index) }, index: index, name: name)
    }

    /// Another name, `options.alias("str", for: "string")`, or a short form with a value,
    /// `options.alias("shareable", for: "mode=shareable")`. It must precede its option. The help
    /// omits it.
    package mutating func alias(_ name: String, for target: String) {
        _ = add(name, .alias(target), "", place: .named)
    }

    private func required<Value>(
        _ added: (index: Int, option: Option), _ conversion: Conversion<Value>
    ) -> Key<Value> {
        Key(
            read: { given in
                // The parser has checked this. virsh has a message for it all the same.
                guard let word = given.word(added.index) else {
                    throw CommandFailure(
                        "Failed to get option '\(added.option.name)': "
                            + "Mandatory option not present")
                }
                return try conversion.convert(word, added.option)
            }, index: added.index, name: added.option.name)
    }

    private func optional<Value>(
        _ added: (index: Int, option: Option), _ conversion: Conversion<Value>
    ) -> Key<Value?> {
        Key(
            read: { given in
                try given.word(added.index).map { try conversion.convert($0, added.option) }
            }, index: added.index, name: added.option.name)
    }
}
