package import Text
package import Wire

/// The declaration of a command's parameters, in the order of `help`. Each method declares one
/// parameter and returns the key that the command reads its argument with.
package struct Parameters {
    package private(set) var all: [Parameter] = []
    /// Exactly one of these parameters must be sent.
    package private(set) var alternatives: [String] = []
    /// The parameter that counts the bytes which follow the request's line; `nil` if none follow.
    package private(set) var bodyLength: String?
    /// The parameters that must be sent, unless the other one is.
    private(set) var alternatively: [(name: String, other: String)] = []

    package init() {}

    private mutating func add<Value: Sendable>(
        _ name: String, _ type: ParameterType, _ meaning: String,
        _ convert: @escaping @Sendable (JSONValue) -> Value?
    ) -> ParameterKey<Value> {
        all.append(
            Parameter(
                name: name, type: type, isRequired: true, meaning: meaning, isExtension: false))
        // Converted when the command reads it: unlike a wrong argument name (see `mistake`), a
        // wrong type gets a reply with the command's name and arguments.
        return ParameterKey { request in
            guard let member = request[name] else {
                throw RequestError(.badRequest, "argument '\(name)' is missing")
            }
            guard let value = convert(member.value) else { throw wrongType(member, type) }
            return value
        }
    }

    /// As `add`, for an argument that may be left out or be `null`.
    private mutating func addOptional<Value: Sendable>(
        _ name: String, _ type: ParameterType, _ meaning: String, isExtension: Bool = false,
        _ convert: @escaping @Sendable (JSONValue) -> Value?
    ) -> ParameterKey<Value?> {
        all.append(
            Parameter(
                name: name, type: type, isRequired: false, meaning: meaning,
                isExtension: isExtension))
        return ParameterKey { request in
            guard let member = request[name], !member.value.isNull else { return nil }
            guard let value = convert(member.value) else { throw wrongType(member, type) }
            return value
        }
    }

    package mutating func string(_ name: String, _ meaning: String) -> ParameterKey<String> {
        add(name, .string, meaning, text)
    }

    /// A string that must be sent unless another argument is.
    package mutating func string(
        _ name: String, unless other: String, _ meaning: String
    ) -> ParameterKey<String?> {
        alternatively.append((name, other))
        let key = optionalString(name, meaning)
        return ParameterKey { request in
            // Without the other one, `null` is as wrong as for any argument that must be sent.
            if let member = request[name], member.value.isNull, request[other] == nil {
                throw wrongType(member, .string)
            }
            return try request[key]
        }
    }

    package mutating func optionalString(
        _ name: String, _ meaning: String, isExtension: Bool = false
    ) -> ParameterKey<String?> {
        addOptional(name, .string, meaning, isExtension: isExtension, text)
    }

    /// A whole number in a range; the original helper does not know such arguments.
    package mutating func optionalInteger(
        _ name: String, in range: ClosedRange<Int>, _ meaning: String
    ) -> ParameterKey<Int?> {
        addOptional(name, .integer(range), meaning, isExtension: true) { value in
            guard case .number(let digits) = value, let number = Int(digits),
                range.contains(number)
            else { return nil }
            return number
        }
    }

    /// The name of an object of libvirt. NUL is refused: a C string would end there and name
    /// another object.
    package mutating func name(_ name: String, _ meaning: String) -> ParameterKey<String> {
        add(name, .string, meaning, textWithoutNUL)
    }

    package mutating func optionalName(_ name: String, _ meaning: String) -> ParameterKey<String?> {
        addOptional(name, .string, meaning, textWithoutNUL)
    }

    package mutating func strings(_ name: String, _ meaning: String) -> ParameterKey<[String]> {
        add(name, .stringList, meaning) { list($0, of: textWithoutNUL) }
    }

    package mutating func optionalTexts(
        _ name: String, _ meaning: String
    ) -> ParameterKey<[String]?> {
        addOptional(name, .texts, meaning) { list($0, of: textWithoutNUL) }
    }

    /// `false` if it is left out.
    package mutating func flag(
        _ name: String, _ meaning: String, isExtension: Bool = false
    ) -> ParameterKey<Bool> {
        let key = optionalFlag(name, meaning, isExtension: isExtension)
        return ParameterKey { try $0[key] ?? false }
    }

    /// `nil` if it is left out.
    package mutating func optionalFlag(
        _ name: String, _ meaning: String, isExtension: Bool = false
    ) -> ParameterKey<Bool?> {
        addOptional(name, .boolean, meaning, isExtension: isExtension) { value in
            guard case .bool(let value) = value else { return nil }
            return value
        }
    }

    /// The number of bytes that follow the request's line.
    package mutating func bodyLength(
        _ name: String, _ meaning: String
    ) -> ParameterKey<BodyLength> {
        bodyLength = name
        let key = add(name, .byteCount, meaning, count)
        return ParameterKey { request in
            if request.inputIsBody, request[name]?.value.isNull ?? true { return .toEndOfInput }
            let count = try request[key]
            return request.inputIsBody ? .allOfInput(count) : .bytes(count)
        }
    }

    /// A size in bytes that a file can have.
    package mutating func size(_ name: String, _ meaning: String) -> ParameterKey<Int64> {
        add(name, .fileSize, meaning, fileSize)
    }

    package mutating func optionalSize(_ name: String, _ meaning: String) -> ParameterKey<Int64?> {
        addOptional(name, .fileSize, meaning, fileSize)
    }

    /// A time in seconds, which may have a fraction.
    package mutating func optionalSeconds(
        _ name: String, _ meaning: String, isExtension: Bool = false
    ) -> ParameterKey<Double?> {
        addOptional(name, .seconds, meaning, isExtension: isExtension) { value in
            guard case .number(let digits) = value, let seconds = Double(digits), seconds >= 0
            else { return nil }
            // A year is as good as forever, and adding it to a clock cannot overflow.
            return min(seconds, 366 * 86400)
        }
    }

    /// The number of a TCP or UDP port.
    package mutating func port(_ name: String, _ meaning: String) -> ParameterKey<UInt16> {
        add(name, .port, meaning, portNumber)
    }

    package mutating func optionalPort(_ name: String, _ meaning: String) -> ParameterKey<UInt16?> {
        addOptional(name, .port, meaning, portNumber)
    }

    /// A value of any type, with its source text.
    package mutating func any(_ name: String, _ meaning: String) -> ParameterKey<JSONMember> {
        _ = add(name, .json, meaning) { $0 }
        return ParameterKey { request in
            guard let member = request[name] else {
                throw RequestError(.badRequest, "argument '\(name)' is missing")
            }
            return member
        }
    }

    /// Numbers of TCP or UDP ports.
    package mutating func optionalPorts(
        _ name: String, _ meaning: String
    ) -> ParameterKey<[UInt16]?> {
        addOptional(name, .ports, meaning) { list($0, of: portNumber) }
    }

    /// One of the given words.
    package mutating func optionalChoice(
        _ name: String, _ words: [String], _ meaning: String
    ) -> ParameterKey<String?> {
        addOptional(name, .choice(words), meaning) { value in
            text(value).flatMap { words.contains($0) ? $0 : nil }
        }
    }

    /// A name, or all objects of its kind.
    package enum NameOrAll: Sendable {
        case name(String)
        case all
    }

    /// A name, or `true` for all.
    package mutating func optionalNameOrTrue(
        _ name: String, _ meaning: String
    ) -> ParameterKey<NameOrAll?> {
        addOptional(name, .nameOrTrue, meaning, isExtension: true) { value in
            if case .bool(true) = value { return .all }
            return textWithoutNUL(value).map { .name($0) }
        }
    }

    /// Whether the client wants progress events.
    package mutating func progress() -> ParameterKey<Bool> {
        flag(
            "progress", "true: lines with 'event' report progress before the reply",
            isExtension: true)
    }

    /// Requires exactly one of these parameters.
    package mutating func exactlyOne(of names: String...) { alternatives = names }

    /// The number of bytes that follow a request's line, even if the rest of it is wrong.
    func bodyLength(of object: RequestObject) -> BodyLength {
        guard let member = bodyLength.flatMap({ object[$0] }) else { return .bytes(0) }
        if object.inputIsBody, member.value.isNull { return .toEndOfInput }
        // An invalid length counts as 0: the next line may be a request, or garbage that gets an
        // error.
        let count = count(member.value) ?? 0
        return object.inputIsBody ? .allOfInput(count) : .bytes(count)
    }
}

private func wrongType(_ member: JSONMember, _ type: ParameterType) -> RequestError {
    let source = member.source
    // Cut, because the reply repeats the arguments in full anyway.
    let given = source.count > 100 ? source.prefix(100) + "..." : source
    // A string is wrong only if it has a NUL, where a name must not.
    let isString = type == .string && text(member.value) != nil
    let wanted = isString ? "string without NUL" : type.text
    return RequestError(
        .badRequest, "argument '\(member.name)' must be \(type.article)\(wanted), not \(given)")
}

// MARK: Conversions, nil if the value has the wrong type

private func text(_ value: JSONValue) -> String? {
    guard case .string(let text) = value else { return nil }
    return text
}

private func textWithoutNUL(_ value: JSONValue) -> String? {
    text(value).flatMap { $0.utf8.contains(0) ? nil : $0 }
}

private func count(_ value: JSONValue) -> UInt64? {
    guard case .number(let digits) = value else { return nil }
    // Digits only: `1.0` and `1e3` are numbers in JSON, but not counts.
    return UInt64(digits)
}

private func fileSize(_ value: JSONValue) -> Int64? {
    if case .string(let digits) = value {
        // `Int64(_:)` alone would accept a sign.
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int64(digits)
    }
    return count(value).flatMap { Int64(exactly: $0) }
}

private func list<Element>(
    _ value: JSONValue, of convert: (JSONValue) -> Element?
) -> [Element]? {
    guard case .array(let values) = value else { return nil }
    let elements = values.compactMap(convert)
    return elements.count == values.count ? elements : nil
}

private func portNumber(_ value: JSONValue) -> UInt16? {
    count(value).flatMap { UInt16(exactly: $0) }.flatMap { $0 > 0 ? $0 : nil }
}
