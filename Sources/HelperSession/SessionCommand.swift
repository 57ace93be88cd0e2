/// One command of the line protocol: a value that says everything about it.
package struct SessionCommand: Sendable {
    package typealias Body = @Sendable (Session, Request) throws -> Results

    package let name: String
    /// Older names that stay valid.
    package let aliases: [String]
    /// One line for people.
    package let summary: String
    /// Whether clients of the original helper send it: they compare whole replies, so that a
    /// failure of it has nothing that the original's had not.
    let isOriginal: Bool

    private let declare: @Sendable (inout Parameters) -> Body

    /// `declare` names the parameters and returns the body that reads them.
    init(
        _ name: String, aliases: [String] = [], isOriginal: Bool = false, summary: String,
        _ declare: @escaping @Sendable (inout Parameters) -> Body
    ) {
        self.name = name
        self.aliases = aliases
        self.summary = summary
        self.isOriginal = isOriginal
        self.declare = declare
    }

    package func declared() -> (parameters: Parameters, body: Body) {
        var parameters = Parameters()
        let body = declare(&parameters)
        return (parameters, body)
    }

    /// All commands, in the order that `help` tells them.
    package static let all: [SessionCommand] = [
        .ping, .setname, .virsh, .reserve, .release, .reservations, .upload, .virtInstall,
        .createVolume, .copyVolume, .uploadVolume, .downloadVolume, .portForwards, .addresses,
        .waitPort, .provision, .console, .help, .version, .whoami, .hostCheck,
    ]

    static func named(_ name: String) -> SessionCommand? {
        all.first { $0.name == name || $0.aliases.contains(name) }
    }
}

/// What a command that went well tells.
package struct Results: ExpressibleByDictionaryLiteral {
    /// In the order of the reply. One stands in the place of an argument of its name.
    var members: [(String, JSONOutput)]
    /// Writes the bytes that follow the reply's line, exactly as many as the reply says. What it
    /// throws ends the session: the client would take the next reply for what is missing.
    var body: ((Wire) throws -> Void)?

    package init(dictionaryLiteral elements: (String, JSONOutput)...) { members = elements }
}

/// A command's arguments in one request.
package struct Request: Sendable {
    let command: SessionCommand
    /// The command's name as the client gave it.
    let name: String
    let arguments: [Member]

    package subscript<Value>(key: ParameterKey<Value>) -> Value {
        get throws { try key.read(self) }
    }

    /// Whether it has something that the original helper does not know.
    var isOurs: Bool {
        !command.isOriginal || arguments.contains { ["wait", "progress"].contains($0.name) }
    }

    subscript(name: String) -> Member? { arguments.first { $0.name == name } }
}

/// Names a declared parameter of type `Value` to the body that reads it.
package struct ParameterKey<Value>: Sendable {
    let read: @Sendable (Request) throws -> Value
}

/// One parameter, as `help` tells it.
package struct Parameter: Sendable {
    package let name: String
    /// What its value is, in words: `string`, `list of strings`.
    package let type: String
    package let isRequired: Bool
    package let meaning: String
}

/// The declaration of a command's parameters, in the order in which a reply has them.
package struct Parameters {
    package private(set) var all: [Parameter] = []
    /// Of these parameters exactly one must be there.
    private(set) var alternatives: [String] = []
    /// The parameter that counts the bytes which follow the request's line.
    private(set) var bodyLength: String?

    private mutating func add<Value: Sendable>(
        _ name: String, _ type: String, _ meaning: String,
        _ convert: @escaping @Sendable (Member) -> Value?
    ) -> ParameterKey<Value> {
        all.append(Parameter(name: name, type: type, isRequired: true, meaning: meaning))
        return ParameterKey { request in
            guard let member = request[name] else {
                throw Refusal(.badRequest, "argument '\(name)' is missing")
            }
            guard let value = convert(member) else { throw mistyped(member, type) }
            return value
        }
    }

    /// As `add`, for one that may be left out or be `null`.
    private mutating func addOptional<Value: Sendable>(
        _ name: String, _ type: String, _ meaning: String,
        _ convert: @escaping @Sendable (Member) -> Value?
    ) -> ParameterKey<Value?> {
        all.append(Parameter(name: name, type: type, isRequired: false, meaning: meaning))
        return ParameterKey { request in
            guard let member = request[name] else { return nil }
            if case .null = member.value { return nil }
            guard let value = convert(member) else { throw mistyped(member, type) }
            return value
        }
    }

    mutating func string(_ name: String, _ meaning: String) -> ParameterKey<String> {
        add(name, "string", meaning, text)
    }

    mutating func optionalString(_ name: String, _ meaning: String) -> ParameterKey<String?> {
        addOptional(name, "string", meaning, text)
    }

    mutating func strings(_ name: String, _ meaning: String) -> ParameterKey<[String]> {
        add(name, "list of strings without NUL", meaning) { member in
            guard case .array(let values) = member.value else { return nil }
            var strings: [String] = []
            for value in values {
                guard case .string(let string) = value, !string.unicodeScalars.contains("\0") else {
                    return nil
                }
                strings.append(string)
            }
            return strings
        }
    }

    /// `true` or `false`; `false` where it is left out.
    mutating func flag(_ name: String, _ meaning: String) -> ParameterKey<Bool> {
        let key = optionalFlag(name, meaning)
        return ParameterKey { try $0[key] ?? false }
    }

    /// As `flag`, where leaving it out does not mean `false`.
    mutating func optionalFlag(_ name: String, _ meaning: String) -> ParameterKey<Bool?> {
        addOptional(name, "true or false", meaning) { member in
            guard case .bool(let value) = member.value else { return nil }
            return value
        }
    }

    /// How many bytes follow the request's line.
    mutating func bodyLength(_ name: String, _ meaning: String) -> ParameterKey<UInt64> {
        bodyLength = name
        return add(name, "number of bytes", meaning, count)
    }

    /// A number of bytes that a file can have, as a number or as a string of digits.
    mutating func size(_ name: String, _ meaning: String) -> ParameterKey<Int64> {
        add(name, "number of bytes, from 0 to \(Int64.max)", meaning, fileSize)
    }

    /// As `size`, for one that may be left out.
    mutating func optionalSize(_ name: String, _ meaning: String) -> ParameterKey<Int64?> {
        addOptional(name, "number of bytes, from 0 to \(Int64.max)", meaning, fileSize)
    }

    /// A time, as a number that may have a fraction.
    mutating func optionalSeconds(_ name: String, _ meaning: String) -> ParameterKey<Double?> {
        addOptional(name, "number of seconds, 0 or more", meaning) { member in
            guard case .number = member.value, let seconds = Double(member.text) else { return nil }
            // More than a year is for ever, and no clock overflows.
            return seconds >= 0 ? min(seconds, 366 * 86400) : nil
        }
    }

    /// The number of a TCP or UDP port.
    mutating func port(_ name: String, _ meaning: String) -> ParameterKey<UInt16> {
        add(name, portType, meaning, portNumber)
    }

    mutating func optionalPort(_ name: String, _ meaning: String) -> ParameterKey<UInt16?> {
        addOptional(name, portType, meaning, portNumber)
    }

    /// One of some words.
    mutating func optionalChoice(
        _ name: String, _ words: [String], _ meaning: String
    ) -> ParameterKey<String?> {
        addOptional(name, "string: " + words.joined(separator: " or "), meaning) { member in
            text(member).flatMap { words.contains($0) ? $0 : nil }
        }
    }

    /// Whether the client wants to be told how far a long command has come.
    mutating func progress() -> ParameterKey<Bool> {
        flag("progress", "true: lines with 'event' tell how far it is, before the reply")
    }

    /// Says that of these parameters exactly one must be there.
    mutating func exactlyOne(of names: String...) { alternatives = names }

    /// What is wrong with the names in a request; `nil` where nothing is.
    func mistake(in object: RequestObject, command: String) -> String? {
        for parameter in all where parameter.isRequired && object[parameter.name] == nil {
            return "missing argument for cmd '\(command)': \(parameter.name)"
        }
        let given = alternatives.filter { object[$0] != nil }
        let choice = alternatives.map { "'\($0)'" }.joined(separator: " or ")
        if !alternatives.isEmpty, given.isEmpty {
            return "one of \(choice) needed for '\(command)'"
        }
        if given.count > 1 { return "only one of \(choice) allowed for '\(command)'" }
        let leftover = object.members.map(\.name).filter { name in
            name != "cmd" && name != "id" && !all.contains { $0.name == name }
        }
        guard leftover.isEmpty else {
            let names = all.isEmpty ? "no arguments" : all.map(\.name).joined(separator: ", ")
            return "leftover arguments for cmd '\(command)': "
                + leftover.map { "'\($0)'" }.joined(separator: ", ") + "; it takes \(names)"
        }
        return nil
    }

    /// How many bytes follow a request's line, whatever else is wrong with it.
    func bodyLength(of object: RequestObject) -> UInt64 {
        bodyLength.flatMap { object[$0] }.flatMap(count) ?? 0
    }
}

private func mistyped(_ member: Member, _ type: String) -> Refusal {
    let given = member.text.count > 100 ? member.text.prefix(100) + "..." : member.text
    let article = type.hasPrefix("true") ? "" : "a "
    let type = type == "string" && text(member) != nil ? "string without NUL" : type
    return Refusal(.badRequest, "argument '\(member.name)' must be \(article)\(type), not \(given)")
}

private func text(_ member: Member) -> String? {
    guard case .string(let text) = member.value else { return nil }
    return text
}

private func count(_ member: Member) -> UInt64? {
    guard case .number = member.value else { return nil }
    return UInt64(member.text)
}

private func fileSize(_ member: Member) -> Int64? {
    if case .string(let digits) = member.value {
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int64(digits)
    }
    return count(member).flatMap { Int64(exactly: $0) }
}

private let portType = "port number, from 1 to 65535"

private func portNumber(_ member: Member) -> UInt16? {
    count(member).flatMap { UInt16(exactly: $0) }.flatMap { $0 > 0 ? $0 : nil }
}
