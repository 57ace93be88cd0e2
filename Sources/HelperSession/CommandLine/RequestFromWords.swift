import Policy
import Protocol
import Text

/// A protocol command that a person calls in words: `port-forwards vm1 guest_port=22`.
struct RequestFromWords {
    let command: SessionCommand
    let object: RequestObject
    /// Whether the reply is to be printed as on the wire.
    let isJSON: Bool
    /// Whether no progress is to be shown.
    let isQuiet: Bool

    /// The first word names the command. `--json` and `-q` may stand before or after it, but not
    /// among the words of virsh or virt-install. Throws a `Denial` before it looks at the arguments
    /// of a command that is not granted.
    init(_ words: [String], _ policy: Policy) throws {
        var words = words[...]
        var (isJSON, isQuiet) = (false, false)
        while let word = words.first, word == "--json" || isQuietOption(word) {
            isJSON = isJSON || word == "--json"
            isQuiet = isQuiet || isQuietOption(word)
            words.removeFirst()
        }
        guard var name = words.popFirst() else {
            throw UsageError(message: "a command is missing; 'help' lists all")
        }
        if isHelpOption(name) { name = "help" }
        if name == "--version" { name = "version" }
        guard var command = SessionCommand.all.named(name) else {
            throw UsageError(message: unknownCommand(name))
        }
        // `reserve --help` must not reserve a domain. virsh and virt-install have a --help of
        // their own.
        if command.inWords == .help { words.removeAll(where: isHelpOption) }
        if words.contains(where: isHelpOption), command.wordList == nil {
            words = [name]
            (command, name) = (.help, "help")
        }
        if let denial = policy.denial(
            ofCommand: command.name, called: name, changes: command.effect == .changes)
        {
            throw denial
        }
        self.command = command
        if command.wordList == nil {
            isJSON = isJSON || words.contains("--json")
            isQuiet = isQuiet || words.contains(where: isQuietOption)
            words.removeAll { $0 == "--json" || isQuietOption($0) }
        }
        self.isJSON = isJSON
        let parameters = command.declared().parameters
        let members = try Self.members(of: command, parameters, words)
        let wantsNoProgress = members.contains { $0.name == "progress" && $0.value == .bool(false) }
        self.isQuiet = isJSON || isQuiet || wantsNoProgress
        if command.inWords == .help, case .string(let topic)? = members.first?.value,
            SessionCommand.all.named(topic) == nil
        {
            throw UsageError(message: unknownCommand(topic))
        }
        // Through JSON: from here on, the request is checked and executed as one from the wire.
        var line: [UInt8] = []
        JSONValue.object([("cmd", .string(name))] + members).write(to: &line)
        object = try RequestObject(line: line, inputIsBody: true)
        if let mistake = parameters.mistake(in: object, command: name) {
            throw UsageError(message: "\(mistake); 'help \(name)' explains it")
        }
    }

    private static func members(
        of command: SessionCommand, _ parameters: Parameters, _ words: ArraySlice<String>
    ) throws -> [(name: String, value: JSONValue)] {
        if let list = command.wordList {
            guard !words.isEmpty else {
                throw UsageError(
                    message: "\(command.name) needs arguments"
                        + (command.inWords == .virsh ? "; 'virsh help' lists its commands" : ""))
            }
            return [(list.name, .array(words.map { .string($0) }))]
        }
        var members: [(name: String, value: JSONValue)] = []
        for word in words {
            let (parameter, value) = try argument(
                word, parameters, given: members.map(\.name), of: command.name)
            members.append((parameter.name, parameter.value(of: value)))
        }
        if let length = parameters.bodyLength, !members.contains(where: { $0.name == length }) {
            members.append((length, .null))  // up to the end of the input
        }
        // Its table shows them, and `--json` should not say less.
        if command.inWords == .reservations, members.isEmpty {
            members.append(("details", .bool(true)))
        }
        return members
    }

    /// A word `NAME=VALUE`, or the value of the next parameter.
    private static func argument(
        _ word: String, _ parameters: Parameters, given: [String], of command: String
    ) throws -> (Parameter, String) {
        if let sign = word.firstIndex(of: "=") {
            let name = String(word[..<sign])
            if let parameter = parameters.all.first(where: { $0.name == name }) {
                // In JSON, the last of two members would win silently.
                guard !given.contains(name) else {
                    throw UsageError(message: "'\(name)' is given twice")
                }
                return (parameter, String(word[word.index(after: sign)...]))
            }
            // A value may contain `=`, but a mistyped name must not become one.
            let looksLikeName = name.utf8.allSatisfy { (0x61...0x7A).contains($0) || $0 == 0x5F }
            if looksLikeName, !name.isEmpty {
                let near = suggestion(for: name, among: parameters.all.map(\.name))
                throw UsageError(
                    message: "\(command) has no '\(name)'"
                        + (near.isEmpty ? ";" : near) + " 'help \(command)' explains it")
            }
        }
        if word.hasPrefix("--") {
            throw UsageError(
                message: "\(command) has no option '\(word)': arguments are given as NAME=VALUE; "
                    + "'help \(command)' explains it")
        }
        // A flag needs its name: a bare `true` would not show what it switches.
        let next = parameters.all.first { !given.contains($0.name) && $0.type != .boolean }
        guard let next else {
            throw UsageError(
                message: "unexpected argument '\(word)'; 'help \(command)' explains it")
        }
        return (next, word)
    }
}

private func isQuietOption(_ word: String) -> Bool { word == "-q" || word == "--quiet" }

extension SessionCommand {
    /// The parameter that takes all words of another program; `nil` for most commands.
    var wordList: Parameter? {
        declared().parameters.all.first { $0.type == .stringList }
    }
}

extension Parameter {
    /// The value that a word represents. A word of a wrong type stays a string, which the command
    /// then rejects with a message.
    fileprivate func value(of word: String) -> JSONValue {
        switch type {
        case .string, .choice, .stringList: return .string(word)
        case .boolean:
            switch word {
            case "true", "yes", "on", "1": return .bool(true)
            case "false", "no", "off", "0": return .bool(false)
            default: return .string(word)
            }
        case .byteCount, .fileSize:
            if Self.isNumber(word) { return .number(word) }
            return Quantity.bytes(word).map { .integer($0) } ?? .string(word)
        case .seconds:
            if Self.isNumber(word) { return .number(word) }
            return Quantity.seconds(word).map { .integer($0) } ?? .string(word)
        case .json: return Self.isNumber(word) ? .number(word) : .string(word)
        case .integer:
            let digits = word.hasPrefix("-") ? String(word.dropFirst()) : word
            return Self.isNumber(digits) ? .number(word) : .string(word)
        case .nameOrTrue: return word == "true" ? .bool(true) : .string(word)
        case .port: return port(word)
        case .ports:
            return .array(
                word.split(separator: ",", omittingEmptySubsequences: false).map {
                    port(String($0))
                })
        case .texts: return .array(word.split(separator: "\n").map { .string(String($0)) })
        }
    }

    private func port(_ word: String) -> JSONValue {
        Self.isNumber(word) ? .number(word) : .string(word)
    }

    /// As in JSON: digits on both sides of a point, and no leading zeros.
    private static func isNumber(_ word: String) -> Bool {
        let parts = word.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count <= 2 && (word.first != "0" || parts[0] == "0")
            && parts.allSatisfy { part in
                !part.isEmpty && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
            }
    }
}
