package import Policy

/// One option of a command, as the help and the parser need it.
package struct Option: Sendable {
    package enum Kind: Sendable {
        /// `--name`
        case flag
        /// `<name>` or `--name X`; always required. virsh: VSH_OT_DATA
        case data
        /// `--name X`. virsh: VSH_OT_STRING
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
    /// Whether it accepts a bare word as its value (virsh: not VSH_OFLAG_REQ_OPT).
    package let isPositional: Bool
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

    private mutating func add(
        _ name: String, _ kind: Option.Kind, _ help: String, required: Bool = false,
        positional: Bool = true, mayBeEmpty: Bool = false, access: Option.Access = .covered,
        names: ObjectKinds = []
    ) -> (Int, Option) {
        let option = Option(
            name: name, kind: kind, help: help, isRequired: required, isPositional: positional,
            mayBeEmpty: mayBeEmpty, access: access, names: names)
        all.append(option)
        return (all.count - 1, option)
    }

    /// A flag `--name`. Its value says whether it was given.
    package mutating func flag(
        _ name: String, _ help: String, _ access: Option.Access = .covered
    ) -> Key<Bool> {
        let (index, _) = add(name, .flag, help, access: access)
        return Key(read: { $0.has(index) }, index: index, name: name)
    }

    /// A required `<name>` (virsh: VSH_OT_DATA).
    package mutating func data<Value>(
        _ name: String, _ help: String, _ access: Option.Access = .covered,
        names: ObjectKinds = [], as conversion: Conversion<Value>, mayBeEmpty: Bool = false
    ) -> Key<Value> {
        required(
            add(
                name, .data, help, required: true, mayBeEmpty: mayBeEmpty, access: access,
                names: names), conversion)
    }

    package mutating func data(
        _ name: String, _ help: String, _ access: Option.Access = .covered,
        names: ObjectKinds = [], mayBeEmpty: Bool = false
    ) -> Key<String> {
        data(name, help, access, names: names, as: .text, mayBeEmpty: mayBeEmpty)
    }

    /// An optional `--name X` (virsh: VSH_OT_STRING). `positional: false` is VSH_OFLAG_REQ_OPT.
    package mutating func string<Value>(
        _ name: String, _ help: String, _ access: Option.Access = .covered,
        names: ObjectKinds = [], as conversion: Conversion<Value>, positional: Bool = true,
        mayBeEmpty: Bool = false
    ) -> Key<Value?> {
        optional(
            add(
                name, .string, help, positional: positional, mayBeEmpty: mayBeEmpty,
                access: access, names: names), conversion)
    }

    package mutating func string(
        _ name: String, _ help: String, _ access: Option.Access = .covered,
        names: ObjectKinds = [], positional: Bool = true, mayBeEmpty: Bool = false
    ) -> Key<String?> {
        string(
            name, help, access, names: names, as: .text, positional: positional,
            mayBeEmpty: mayBeEmpty)
    }

    /// An optional `--name N` (virsh: VSH_OT_INT).
    package mutating func number<Value>(
        _ name: String, _ help: String, _ access: Option.Access = .covered,
        as conversion: Conversion<Value>, positional: Bool = true
    ) -> Key<Value?> {
        optional(add(name, .number, help, positional: positional, access: access), conversion)
    }

    /// A required `<name>` that is a number (virsh: VSH_OT_INT with VSH_OFLAG_REQ).
    package mutating func requiredNumber<Value>(
        _ name: String, _ help: String, as conversion: Conversion<Value>
    ) -> Key<Value> {
        required(add(name, .number, help, required: true), conversion)
    }

    /// All remaining words, unconverted (virsh: VSH_OT_ARGV). It must be declared last.
    package mutating func rest(
        _ name: String, _ help: String, _ access: Option.Access = .covered,
        names: ObjectKinds = [], required: Bool = false, positional: Bool = true
    ) -> Key<[String]> {
        let (index, _) = add(
            name, .rest, help, required: required, positional: positional, access: access,
            names: names)
        return Key(read: { $0.words(index) }, index: index, name: name)
    }

    /// Another name, `options.alias("str", for: "string")`, or a short form with a value,
    /// `options.alias("shareable", for: "mode=shareable")`. It must precede its option. The help
    /// omits it.
    package mutating func alias(_ name: String, for target: String) {
        _ = add(name, .alias(target), "")
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
