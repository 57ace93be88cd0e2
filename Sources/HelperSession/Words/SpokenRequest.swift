import Virsh

/// A protocol command that a person called by words: `port-forwards vm1 guest_port=22`.
struct SpokenRequest {
    let command: SessionCommand
    let object: RequestObject
    /// Whether the reply is wanted as it is on the wire.
    let isJSON: Bool

    /// The first word names the command. `--json` may stand before it or after it, but not among
    /// words of another program's.
    init(_ words: [String]) throws {
        var words = words[...]
        var isJSON = words.first == "--json"
        if isJSON { words.removeFirst() }
        guard var name = words.popFirst() else {
            throw UsageError(message: "a command is missing; 'help' lists all")
        }
        if isHelpOption(name) { name = "help" }
        if name == "--version" { name = "version" }
        guard var command = SessionCommand.named(name) else {
            throw UsageError(message: Self.unknown(name))
        }
        // `reserve --help` must not reserve a domain. What runs another program leaves it to that.
        if command.name == "help" { words.removeAll(where: isHelpOption) }
        if words.contains(where: isHelpOption),
            !command.declared().parameters.all.contains(where: \.isList)
        {
            words = [name]
            (command, name) = (.help, "help")
        }
        self.command = command
        let parameters = command.declared().parameters
        if !parameters.all.contains(where: \.isList), words.contains("--json") {
            isJSON = true
            words.removeAll { $0 == "--json" }
        }
        self.isJSON = isJSON
        var members: [(name: String, value: JSONOutput)] = []
        for word in words {
            if let list = parameters.all.first(where: \.isList) {
                // Words of another program's: each is its own.
                let words = words.map { JSONOutput.string($0) }
                members = [(list.name, .array(words))]
                break
            }
            let (parameter, value) = try Self.argument(
                word, parameters, given: members.map(\.name), of: name)
            members.append((parameter.name, parameter.spoken(value)))
        }
        if parameters.all.contains(where: \.isList), members.isEmpty {
            throw UsageError(
                message: "\(name) needs words of its own"
                    + (name == "virsh" ? "; 'virsh help' lists its commands" : ""))
        }
        if command.name == "help", case .string(let topic)? = members.first?.value,
            SessionCommand.named(topic) == nil
        {
            throw UsageError(message: Self.unknown(topic))
        }
        var line: [UInt8] = []
        JSONOutput.object([("cmd", .string(name))] + members.map { ($0.name, $0.value) })
            .write(to: &line)
        object = try RequestObject(line: line)
        if let mistake = parameters.mistake(in: object, command: name) {
            throw UsageError(message: "\(mistake); 'help \(name)' explains it")
        }
    }

    /// A word that names its parameter, or one that is the next parameter's value.
    private static func argument(
        _ word: String, _ parameters: Parameters, given: [String], of command: String
    ) throws -> (Parameter, String) {
        if let sign = word.firstIndex(of: "=") {
            let name = String(word[..<sign])
            if let parameter = parameters.all.first(where: { $0.name == name }) {
                guard !given.contains(name) else {
                    throw UsageError(message: "'\(name)' is given twice")
                }
                return (parameter, String(word[word.index(after: sign)...]))
            }
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
        guard let next = parameters.all.first(where: { !given.contains($0.name) && !$0.isFlag })
        else {
            throw UsageError(
                message: "'\(word)' is one word too many; 'help \(command)' explains it")
        }
        return (next, word)
    }

    private static func unknown(_ name: String) -> String {
        if !OriginalCommand.canBeSplit(name) {
            return "'\(name)' is not the words of one command: quotes have to be closed, and ';', "
                + "'#' and ends of lines mean nothing here"
        }
        let names = SessionCommand.all.map(\.name) + PersonCommand.all.map(\.name)
        var near = suggestion(for: name, among: names)
        if near.isEmpty, Command.named(name) != nil { near = "; did you mean 'virsh \(name)'?" }
        return "there is no command '\(name)'"
            + (near.isEmpty
                ? "; 'help' lists all; without words, or with 'atex-virt-helper', the helper takes "
                    + "one JSON line a request"
                : "\(near) 'help' lists all")
    }
}

extension Parameter {
    var isList: Bool { type.hasPrefix("list") }
    fileprivate var isFlag: Bool { type == "true or false" }
    private var isText: Bool { type.hasPrefix("string") }

    /// The value that a word stands for. One that is of a wrong type stays text: the command says
    /// what it would have to be.
    fileprivate func spoken(_ word: String) -> JSONOutput {
        if isText { return .string(word) }
        if isFlag {
            switch word {
            case "true", "yes", "on", "1": return .bool(true)
            case "false", "no", "off", "0": return .bool(false)
            default: return .string(word)
            }
        }
        // JSON's numbers have a digit on both sides of the point, and no zero before others.
        let parts = word.split(separator: ".", omittingEmptySubsequences: false)
        let isNumber =
            parts.count <= 2 && (word.first != "0" || parts[0] == "0")
            && parts.allSatisfy { part in
                !part.isEmpty && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
            }
        return isNumber ? .digits(word) : .string(word)
    }
}

/// `, did you mean 'reserve'?`, where a name is near; else nothing.
func suggestion(for word: String, among names: [String]) -> String {
    let letters = Array(word.lowercased().utf8)
    let near = names.map { ($0, distance(letters, Array($0.utf8))) }
        .filter { $0.1 <= max(1, min($0.0.utf8.count, word.utf8.count) / 3) }
    guard let best = near.min(by: { $0.1 < $1.1 }) else { return "" }
    return "; did you mean '\(best.0)'?"
}

/// How many letters must be put in, taken out, or changed to make one word of another.
private func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    guard a.count <= 64, b.count <= 64 else { return Int.max }
    var row = Array(0...b.count)
    for (i, letter) in a.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for (j, other) in b.enumerated() {
            let changed = diagonal + (letter == other ? 0 : 1)
            diagonal = row[j + 1]
            row[j + 1] = min(changed, row[j] + 1, row[j + 1] + 1)
        }
    }
    return row[b.count]
}
