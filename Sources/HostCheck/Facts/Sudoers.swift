import Protocol

/// The parts of the sudoers files that concern this helper, sudoers(5).
struct Sudoers: Sendable {
    struct Rule: Hashable, Sendable {
        /// E.g. `%atex`, `alice`, `ALL`, or the name of an alias.
        let users: [String]
        let asksPassword: Bool
        let path: String
        /// `nil` permits any arguments.
        let arguments: [String]?
    }

    private(set) var rules: [Rule] = []
    /// The environment variables of `env_keep`; names may end with `*`.
    private var kept: Set<String> = []
    /// A file that names the helper but that sudo does not read.
    private(set) var skipped: String?
    private var aliases: [String: [String]] = [:]

    /// Reads `/etc/sudoers` and its directory, which only root can do.
    static func read() throws(RequestError) -> Sudoers {
        let main = try text(of: "/etc/sudoers")
        var sudoers = Sudoers()
        var texts = [main]
        let directory = "/etc/sudoers.d"
        let isIncluded = main.split(separator: "\n").contains { line in
            let words = line.split(whereSeparator: \.isWhitespace)
            return words.count == 2 && ["@includedir", "#includedir"].contains(words[0])
                && words[1] == directory
        }
        for name in try names(in: directory) {
            let contents = try text(of: "\(directory)/\(name)")
            // sudo skips the backup files of editors and package managers by these rules.
            if isIncluded, !name.contains("."), !name.hasSuffix("~") {
                texts.append(contents)
            } else if contents.contains("atex-virt-helper") {
                sudoers.skipped = "\(directory)/\(name)"
            }
        }
        sudoers.add(texts)
        return sudoers
    }

    init() {}

    /// Parses files. Aliases come first, since a rule may use one that is defined after it.
    mutating func add(_ texts: [String]) {
        let lines = texts.flatMap(logicalLines)
        for line in lines { addAlias(line) }
        for line in lines where !line.contains("_Alias ") {
            if line.hasPrefix("Defaults") { addDefault(line) } else { addRule(line) }
        }
    }

    /// Whether sudo passes an environment variable to the command.
    func keeps(_ variable: String) -> Bool {
        kept.contains { name in
            name == variable || name.hasSuffix("*") && variable.hasPrefix(name.dropLast())
        }
    }

    /// `Cmnd_Alias NAME = COMMAND, ... : NAME = ...`
    private mutating func addAlias(_ line: String) {
        guard line.hasPrefix("Cmnd_Alias ") else { return }
        for definition in split(line.dropFirst("Cmnd_Alias ".count), at: ":") {
            let sides = split(definition[...], at: "=", limit: 2)
            guard sides.count == 2 else { continue }
            aliases[trimmed(sides[0])] = split(sides[1][...], at: ",").map(trimmed)
        }
    }

    /// `Defaults!COMMAND SETTING, ...`. The scope is not evaluated: a setting that is made for
    /// another command or user counts as well.
    private mutating func addDefault(_ line: String) {
        let settings = line.drop { !$0.isWhitespace }
        for setting in split(settings, at: ",").map(trimmed) {
            let name = setting.prefix { $0.isLetter || $0 == "_" }
            guard name == "env_keep" else { continue }
            let value = trimmed(setting.dropFirst(name.count))
            guard value.first == "+" || value.first == "=" else { continue }
            let words = value.split { [" ", "\t", "\"", "+", "="].contains($0) }
            kept.formUnion(words.map(String.init))
        }
        if line.contains("!env_reset") { kept.insert("*") }
    }

    /// `USER, ... HOST = (RUNAS) TAG: COMMAND, ...`
    private mutating func addRule(_ line: String) {
        let sides = split(line[...], at: "=", limit: 2)
        guard sides.count == 2 else { return }
        let names = sides[0].split { $0 == " " || $0 == "\t" || $0 == "," }.map(String.init)
        guard names.count >= 2 else { return }
        let users = Array(names.dropLast())  // the last name is the host
        // A tag applies to all commands after it.
        var asksPassword = true
        for item in split(sides[1][...], at: ",") {
            let command = skipTags(item[...], &asksPassword)
            for command in aliases[command] ?? [command] {
                let words = unescapedWords(command)
                guard let path = words.first else { continue }
                let arguments = words.count > 1 ? Array(words.dropFirst()) : nil
                rules.append(
                    Rule(
                        users: users, asksPassword: asksPassword, path: path,
                        // `""` permits no arguments.
                        arguments: arguments == ["\"\""] ? [] : arguments))
            }
        }
    }

    /// The command of a rule without `(RUNAS)` and tags such as `NOPASSWD:`.
    private func skipTags(_ item: Substring, _ asksPassword: inout Bool) -> String {
        func isBlank(_ character: Character) -> Bool { character == " " || character == "\t" }
        var command = item.drop(while: isBlank)
        if command.first == "(" { command = command.drop { $0 != ")" }.dropFirst() }
        while true {
            command = command.drop(while: isBlank)
            let tag = command.prefix { $0.isUppercase || $0 == "_" }
            let rest = command.dropFirst(tag.count)
            guard !tag.isEmpty, rest.first == ":" else { return trimmed(command) }
            if tag == "NOPASSWD" { asksPassword = false }
            if tag == "PASSWD" { asksPassword = true }
            command = rest.dropFirst()
        }
    }
}

/// The lines of a sudoers file without comments and includes; lines that end with a backslash are
/// joined with the next one.
private func logicalLines(_ text: String) -> [String] {
    var lines: [String] = []
    var pending = ""
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
        if line.last == "\\" {
            pending += line.dropLast() + " "
            continue
        }
        var whole = trimmed(pending + line)
        pending = ""
        // `#` begins a comment, but `#1000` is a user id.
        var last: Character = " "
        if let comment = whole.indices.first(where: { index in
            defer { last = whole[index] }
            guard whole[index] == "#", last != "\\" else { return false }
            let next = whole.index(after: index)
            return next == whole.endIndex || !whole[next].isNumber
        }) {
            whole = trimmed(whole[..<comment])
        }
        if !whole.isEmpty, !whole.hasPrefix("@") { lines.append(whole) }
    }
    return lines
}

private func trimmed(_ text: some StringProtocol) -> String {
    var text = text.drop { $0.isWhitespace }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
}

/// The parts between separators that are not escaped by a backslash.
private func split(_ text: Substring, at separator: Character, limit: Int = .max) -> [String] {
    var parts = [""]
    var last: Character = " "
    for character in text {
        if character == separator, last != "\\", parts.count < limit {
            parts.append("")
        } else {
            parts[parts.count - 1].append(character)
        }
        last = character
    }
    return parts
}

/// The words of a command, without the backslashes that sudoers requires before `:`, `=` and `,`.
private func unescapedWords(_ text: String) -> [String] {
    var words: [String] = []
    var word = ""
    var isEscaped = false
    for character in text {
        if isEscaped {
            word.append(character)
            isEscaped = false
        } else if character == "\\" {
            isEscaped = true
        } else if character == " " || character == "\t" {
            if !word.isEmpty { words.append(word) }
            word = ""
        } else {
            word.append(character)
        }
    }
    if !word.isEmpty { words.append(word) }
    return words
}
