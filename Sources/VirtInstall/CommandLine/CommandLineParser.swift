import InstallMedia

/// Parses words as Python's argparse does: a name may be abbreviated if only one option fits, and a
/// value is in the same word or the next. virt-install 4.1.0 with Python 3.11: argparse.py.
struct CommandLineParser {
    private let version: InstallVersion
    private let options: [CommandLineOption]
    private var values = CommandLineValues()
    private var unknown: [String] = []
    private var exclusive: CommandLineOption?
    private let output: InstallOutput

    private init(_ version: InstallVersion, output: InstallOutput) {
        self.version = version
        options = CommandLineGroup.options(version)
        self.output = output
    }

    static func parse(
        _ words: [String], _ version: InstallVersion, output: InstallOutput
    ) throws -> CommandLineValues {
        var parser = CommandLineParser(version, output: output)
        try parser.read(words)
        return parser.values
    }

    /// A word that looks like an option.
    private struct Match {
        /// `nil` if there is no such option.
        let option: CommandLineOption?
        let string: String
        let value: String?
    }

    private mutating func read(_ words: [String]) throws {
        // argparse looks up all names before it handles any, so an ambiguous name wins over other
        // errors, and even over --help.
        var found: [Match?] = []
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
            guard let match = found[index] else {
                unknown.append(words[index])
                index += 1
                continue
            }
            let next = index + 1
            let following = next < end && found[next] == nil ? words[next] : nil
            index = next
            if try handle(match, following: following) { index += 1 }
        }
        guard unknown.isEmpty else {
            throw usage("unrecognized arguments: \(unknown.joined(separator: " "))")
        }
    }

    /// Returns `nil` for a value.
    private func lookUp(_ word: String) throws -> Match? {
        guard word.hasPrefix("-") else { return nil }
        if let option = option(word) { return Match(option: option, string: word, value: nil) }
        if word == "-" { return nil }
        let name = word.prefix { $0 != "=" }
        let value = word.count > name.count ? String(word.dropFirst(name.count + 1)) : nil
        if value != nil, let option = option(String(name)) {
            return Match(option: option, string: String(name), value: value)
        }
        let matches = candidates(word, name: String(name), value: value)
        guard matches.count < 2 else {
            let names = matches.map(\.string).joined(separator: ", ")
            throw usage("ambiguous option: \(word) could match \(names)")
        }
        if let match = matches.first { return match }
        // argparse takes a negative number, or a word with a space, as a value.
        let isNegativeNumber =
            Double(word) != nil && word.dropFirst().allSatisfy { $0.isNumber || $0 == "." }
        if isNegativeNumber || word.contains(" ") { return nil }
        return Match(option: nil, string: word, value: nil)
    }

    /// The options that an abbreviated name fits.
    private func candidates(_ word: String, name: String, value: String?) -> [Match] {
        var found: [Match] = []
        let isLong = word.hasPrefix("--")
        for option in options {
            for string in option.strings {
                if !isLong, string == word.prefix(2) {
                    // `-nNAME`
                    found.append(
                        Match(option: option, string: string, value: String(word.dropFirst(2))))
                } else if string.hasPrefix(isLong ? name : word) {
                    found.append(
                        Match(option: option, string: string, value: isLong ? value : nil))
                }
            }
        }
        return found
    }

    private func option(_ string: String) -> CommandLineOption? {
        options.first { $0.strings.contains(string) }
    }

    /// Stores the value of an option. Returns true if that is the following word.
    private mutating func handle(_ match: Match, following: String?) throws -> Bool {
        guard let option = match.option else {
            unknown.append(match.string)
            return false
        }
        switch option.value {
        case .flag(let constant):
            if let value = match.value {
                return try handleCombined(option, match, constant, value, following)
            }
            try store(constant, for: option)
        case .required:
            guard let value = match.value ?? following else {
                throw usage("argument \(option.label): expected one argument")
            }
            try store(value, for: option)
            return match.value == nil
        case .optional(let meaning):
            let value = match.value ?? following
            try store(value ?? meaning, for: option)
            return match.value == nil && value != nil
        }
        return false
    }

    /// `-qd` is `-q -d`. Any other value of a flag is an error.
    private mutating func handleCombined(
        _ option: CommandLineOption, _ match: Match, _ constant: String, _ value: String,
        _ following: String?
    ) throws -> Bool {
        guard !match.string.hasPrefix("--"), let letter = value.first,
            let next = self.option("-\(letter)")
        else {
            throw usage(
                "argument \(option.label): ignored explicit argument \(pythonQuoted(value))")
        }
        try store(constant, for: option)
        let rest = String(value.dropFirst())
        return try handle(
            Match(option: next, string: "-\(letter)", value: rest.isEmpty ? nil : rest),
            following: following)
    }

    private mutating func store(_ value: String?, for option: CommandLineOption) throws {
        if let type = option.type, let value {
            let fits =
                switch type {
                case .int: pythonInteger(value) != nil
                case .float: Double(value.trimmed) != nil
                }
            guard fits else {
                throw usage(
                    "argument \(option.label): invalid \(type.rawValue) value: "
                        + pythonQuoted(value))
            }
        }
        if option.isExclusive {
            if let other = exclusive, other.label != option.label {
                throw usage("argument \(option.label): not allowed with argument \(other.label)")
            }
            exclusive = option
        }
        switch option.name {
        case "help":
            printHelp(version, output)
            throw InstallFailure.exit(0)
        case "version":
            output.result(version.text)
            throw InstallFailure.exit(0)
        default: values.store(value, for: option)
        }
    }

    private func usage(_ message: String) -> InstallFailure {
        output.failure("usage: \(usageLine(version))\nvirt-install: error: \(message)\n")
        return .exit(2)
    }
}

func usageLine(_ version: InstallVersion) -> String {
    version < .v50
        ? "virt-install --name NAME --memory MB STORAGE INSTALL [options]" : "virt-install OPTIONS"
}
