/// What stood on the command line, by option.
struct InstallOptions {
    /// The values of each option in their order; `nil` for one that stands without its value
    /// where that is allowed. Names are those of `Action.name`.
    private(set) var values: [String: [String?]] = [:]

    /// The last value; `nil` where the option is missing or stands without one.
    subscript(name: String) -> String? {
        get { values[name]?.last ?? nil }
        set { values[name] = newValue.map { [$0] } }
    }

    /// All values of an option that may be repeated.
    func list(_ name: String) -> [String] { values[name]?.compactMap(\.self) ?? [] }

    mutating func add(_ value: String, to name: String) { values[name, default: []].append(value) }

    mutating func setList(_ name: String, _ list: [String]) { values[name] = list }

    /// Whether the option is there with a value that is not empty, or without one.
    func has(_ name: String) -> Bool {
        guard let values = values[name], let last = values.last else { return false }
        return last != ""
    }

    /// Whether the option is there without its value, as in `--cloud-init`.
    func isBare(_ name: String) -> Bool { values[name]?.last == .some(nil) }

    fileprivate mutating func add(_ value: String?, to action: Action) {
        values[action.name] = (action.repeats ? values[action.name] ?? [] : []) + [value]
    }
}

/// An option of the command line.
struct Action {
    enum Value { case required, optional, none }

    /// `-n` and `--name`.
    let strings: [Substring]
    /// Where its values are kept.
    let name: String
    let value: Value
    /// What it stands for without a value of its own.
    let constant: String?
    /// All of its values count, not only the last.
    let repeats: Bool
    let type: Substring?
    let isHidden: Bool
    let isExclusive: Bool
    /// What help says.
    let summary: Substring

    /// `-n/--name`, as errors name it.
    var label: String { strings.joined(separator: "/") }

    /// One line of the table: strings, name, marks, and the summary after a colon.
    init?(line: Substring) {
        guard line.hasPrefix("-") else { return nil }
        let colon = line.firstRange(of: " : ")
        let words = line[..<(colon?.lowerBound ?? line.endIndex)].split(separator: " ")
        guard words.count >= 2 else { return nil }
        strings = words[0].split(separator: "/")
        name = String(words[1])
        let marks = words[2...]
        constant = marks.first { $0.hasPrefix("=") }.map { String($0.dropFirst()) }
        value =
            marks.contains("flag") ? .none : marks.contains("optional") ? .optional : .required
        repeats = marks.contains("list")
        type = marks.first { $0 == "int" || $0 == "float" }
        isHidden = marks.contains("hidden")
        isExclusive = marks.contains("exclusive")
        summary = colon.map { line[$0.upperBound...] } ?? ""
    }

    /// All options in the order of the table, and the titles of their groups.
    static let table: [(group: Substring, actions: [Action])] = {
        var groups: [(group: Substring, actions: [Action])] = []
        for line in commandLineTable.split(separator: "\n") {
            if let action = Action(line: line) {
                groups[groups.count - 1].actions.append(action)
            } else {
                groups.append((line, []))
            }
        }
        return groups
    }()
}

/// Reads words as Python's argparse does: whole names, prefixes that fit one name, values in the
/// same word or the next. virt-install 4.1.0 with Python 3.11: argparse.py.
struct CommandLineParser {
    private let actions = Action.table.flatMap(\.actions)
    private var line = InstallOptions()
    private var unknown: [String] = []
    private var exclusive: Action?
    private let output: Output

    private init(output: Output) { self.output = output }

    static func parse(_ words: [String], output: Output) throws -> InstallOptions {
        var parser = CommandLineParser(output: output)
        try parser.read(words)
        return parser.line
    }

    /// A word that names an option.
    private struct Found {
        /// `nil`: nobody knows it.
        let action: Action?
        let string: String
        let value: String?
    }

    private mutating func read(_ words: [String]) throws {
        // All names are looked up first, so that a doubtful one is reported before anything else.
        var found: [Found?] = []
        var onlyArguments = false
        for word in words {
            if !onlyArguments, word == "--" {
                onlyArguments = true
                found.append(nil)
            } else {
                found.append(onlyArguments ? nil : try lookUp(word))
            }
        }
        let end = words.firstIndex(of: "--") ?? words.count
        var index = 0
        while index < words.count {
            guard let option = found[index] else {
                unknown.append(words[index])
                index += 1
                continue
            }
            let next = index + 1
            let following = next < end && found[next] == nil ? words[next] : nil
            index = next
            if try take(option, following: following) { index += 1 }
        }
        guard unknown.isEmpty else {
            throw usage("unrecognized arguments: \(unknown.joined(separator: " "))")
        }
    }

    private func lookUp(_ word: String) throws -> Found? {
        guard word.hasPrefix("-") else { return nil }
        if let action = action(word) { return Found(action: action, string: word, value: nil) }
        if word == "-" { return nil }
        let name = word.prefix { $0 != "=" }
        let value = word.count > name.count ? String(word.dropFirst(name.count + 1)) : nil
        if value != nil, let action = action(String(name)) {
            return Found(action: action, string: String(name), value: value)
        }
        let matches = candidates(word, name: String(name), value: value)
        guard matches.count < 2 else {
            let names = matches.map(\.string).joined(separator: ", ")
            throw usage("ambiguous option: \(word) could match \(names)")
        }
        if let match = matches.first { return match }
        let isNegativeNumber =
            Double(word) != nil && word.dropFirst().allSatisfy { $0.isNumber || $0 == "." }
        if isNegativeNumber || word.contains(" ") { return nil }
        return Found(action: nil, string: word, value: nil)
    }

    private func candidates(_ word: String, name: String, value: String?) -> [Found] {
        var found: [Found] = []
        let isLong = word.hasPrefix("--")
        for action in actions {
            for string in action.strings {
                if !isLong, string == word.prefix(2) {
                    found.append(
                        Found(
                            action: action, string: String(string),
                            value: String(word.dropFirst(2))))
                } else if string.hasPrefix(isLong ? name : word) {
                    found.append(
                        Found(action: action, string: String(string), value: isLong ? value : nil))
                }
            }
        }
        return found
    }

    private func action(_ string: String) -> Action? {
        actions.first { $0.strings.contains { $0 == string } }
    }

    /// Stores what an option says; whether it took the following word.
    private mutating func take(_ option: Found, following: String?) throws -> Bool {
        guard let action = option.action else {
            unknown.append(option.string)
            return false
        }
        switch action.value {
        case .none:
            if let value = option.value {
                return try takeCombined(action, option, value, following)
            }
            try store(action.constant ?? "yes", for: action)
            return false
        case .required, .optional:
            if let value = option.value ?? following {
                try store(value, for: action)
                return option.value == nil
            }
            guard action.value == .optional else {
                throw usage("argument \(action.label): expected one argument")
            }
            try store(action.constant, for: action)
            return false
        }
    }

    /// `-qd` is `-q -d`; a flag takes no value otherwise.
    private mutating func takeCombined(
        _ action: Action, _ option: Found, _ value: String, _ following: String?
    ) throws -> Bool {
        guard !option.string.hasPrefix("--"), let letter = value.first,
            let next = self.action("-\(letter)")
        else {
            throw usage(
                "argument \(action.label): ignored explicit argument \(pythonQuoted(value))")
        }
        try store(action.constant ?? "yes", for: action)
        let rest = String(value.dropFirst())
        return try take(
            Found(action: next, string: "-\(letter)", value: rest.isEmpty ? nil : rest),
            following: following)
    }

    private mutating func store(_ value: String?, for action: Action) throws {
        if let type = action.type, let value {
            let fits =
                type == "int" ? pythonInteger(value) != nil : Double(value.trimmed) != nil
            guard fits else {
                throw usage(
                    "argument \(action.label): invalid \(type) value: \(pythonQuoted(value))")
            }
        }
        if action.isExclusive {
            if let other = exclusive, other.label != action.label {
                throw usage("argument \(action.label): not allowed with argument \(other.label)")
            }
            exclusive = action
        }
        switch action.name {
        case "help":
            printHelp(output)
            throw InstallFailure.exit(0)
        case "version":
            output.result("4.1.0")
            throw InstallFailure.exit(0)
        default: line.add(value, to: action)
        }
    }

    private func usage(_ message: String) -> InstallFailure {
        output.raw("usage: \(usageLine)\nvirt-install: error: \(message)\n")
        return .exit(2)
    }
}

let usageLine = "virt-install --name NAME --memory MB STORAGE INSTALL [options]"
