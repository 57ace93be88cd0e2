import Host

extension HostCheck {
    static let sudoers = HostCheck("sudoers") { view in
        let settings = try view.sshd.get()
        var sudoers: Sudoers?
        return try settings.map { settings in
            guard let command = settings.command else {
                return .unknown(
                    "the forced command of user '\(settings.account.name)' does not run the helper")
            }
            guard command.usesSudo else {
                return .ok("user '\(settings.account.name)' runs the helper without sudo")
            }
            let read = try sudoers ?? Sudoers.read()
            sudoers = read
            return read.finding(for: settings.account, command)
        }
    }
}

/// What sudo permits, as far as it concerns the helper.
struct Sudoers: Sendable {
    struct Rule: Hashable, Sendable {
        /// E.g. `%atex`, `alice`, `ALL`, or the name of an alias.
        let users: [String]
        let asksPassword: Bool
        let path: String
        /// `nil` means any; `[""]` none.
        let arguments: [String]?
    }

    private(set) var rules: [Rule] = []
    /// Variables that sudo keeps, some with a star at the end.
    private(set) var kept: Set<String> = []
    /// A file that sudo does not read although the helper stands in it.
    private(set) var skipped: String?
    private var aliases: [String: [String]] = [:]

    /// Reads `/etc/sudoers` and its directory, which only root can.
    static func read() throws(Refusal) -> Sudoers {
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
            let text = try HelperSession.text(of: "\(directory)/\(name)")
            // sudo leaves out what an editor or a package manager may have put there.
            if isIncluded, !name.contains("."), !name.hasSuffix("~") {
                texts.append(text)
            } else if text.contains("atex-virt-helper") {
                sudoers.skipped = "\(directory)/\(name)"
            }
        }
        sudoers.add(texts)
        return sudoers
    }

    init() {}

    mutating func add(_ texts: [String]) {
        let lines = texts.flatMap(logicalLines)
        for line in lines { addAlias(line) }
        for line in lines where !line.contains("_Alias ") {
            if line.hasPrefix("Defaults") { addDefault(line) } else { addRule(line) }
        }
    }

    private mutating func addAlias(_ line: String) {
        guard line.hasPrefix("Cmnd_Alias ") else { return }
        for definition in split(line.dropFirst("Cmnd_Alias ".count), at: ":") {
            let sides = split(definition[...], at: "=", limit: 2)
            guard sides.count == 2 else { continue }
            aliases[trimmed(sides[0])] = split(sides[1][...], at: ",").map(trimmed)
        }
    }

    private mutating func addDefault(_ line: String) {
        // What it holds for does not matter here: the helper, a user, all.
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

    private mutating func addRule(_ line: String) {
        let sides = split(line[...], at: "=", limit: 2)
        guard sides.count == 2 else { return }
        let users = sides[0].split { $0 == " " || $0 == "\t" || $0 == "," }.map(String.init)
        // The last word names hosts.
        guard users.count >= 2 else { return }
        var asks = true
        for item in split(sides[1][...], at: ",") {
            var command = item.drop { $0 == " " || $0 == "\t" }
            if command.first == "(" { command = command.drop { $0 != ")" }.dropFirst() }
            while true {
                command = command.drop { $0 == " " || $0 == "\t" }
                let tag = command.prefix { $0.isUppercase || $0 == "_" }
                let rest = command.dropFirst(tag.count)
                guard !tag.isEmpty, rest.first == ":" else { break }
                if tag == "NOPASSWD" { asks = false }
                if tag == "PASSWD" { asks = true }
                command = rest.dropFirst()
            }
            let name = trimmed(command)
            for command in aliases[name] ?? [name] {
                let words = unescapedWords(command)
                guard let path = words.first else { continue }
                let arguments = words.count > 1 ? Array(words.dropFirst()) : nil
                rules.append(
                    Rule(
                        users: Array(users.dropLast()), asksPassword: asks, path: path,
                        arguments: arguments == ["\"\""] ? [] : arguments))
            }
        }
    }

    private func isKept(_ variable: String) -> Bool {
        kept.contains { name in
            name == variable || name.hasSuffix("*") && variable.hasPrefix(name.dropLast())
        }
    }

    func finding(for account: Account, _ command: HelperInvocation) -> Finding {
        let user = "'\(account.name)'"
        let words = ([command.path] + command.arguments).joined(separator: " ")
        let hint =
            "put the forced command into /etc/sudoers.d/atex-virt-helper with "
            + "atex-virt-helper-setup, or by hand from \(example("sudoers.d/atex-virt-helper"))"
        let names = [account.name, "ALL", "#\(account.id)"] + account.groups.map { "%\($0)" }
        let theirs = rules.filter { rule in
            // Aliases of users are in capital letters; whom they mean is left open.
            rule.users.contains { name in
                names.contains(name)
                    || name != "ALL" && name.allSatisfy { $0.isUppercase || $0 == "_" }
            }
        }
        let helpers = theirs.filter { programName(of: $0.path) == "atex-virt-helper" }
        let permitting = theirs.filter { rule in
            rule.path == "ALL"
                || rule.path == command.path
                    && (rule.arguments == nil || rule.arguments == command.arguments)
        }
        guard let rule = permitting.last else {
            if let skipped, helpers.isEmpty {
                return .error(
                    "sudo does not read '\(skipped)'",
                    "rename it without '.' and '~', in a directory that /etc/sudoers includes")
            }
            guard let other = helpers.first else {
                return .error("sudo does not permit user \(user) to run '\(command.path)'", hint)
            }
            if other.path == command.path {
                let permitted = other.arguments?.joined(separator: " ") ?? ""
                return .error(
                    "sshd forces '\(words)', but sudo permits the arguments '\(permitted)'", hint)
            }
            return .error("sshd forces '\(command.path)', but sudo permits '\(other.path)'", hint)
        }
        let lost = ["SSH_CONNECTION", "SSH_ORIGINAL_COMMAND"].filter { !isKept($0) }
        guard lost.isEmpty else {
            return .error(
                "sudo does not keep \(lost.joined(separator: " and ")) for the helper",
                "add: Defaults!\(command.path) env_keep += \"\(lost.joined(separator: " "))\"")
        }
        if rule.asksPassword {
            return .error("sudo asks user \(user) for a password", "add NOPASSWD: to the rule")
        }
        if command.mayPrompt {
            return .warning(
                "the forced command of user \(user) lets sudo ask for a password",
                "use 'sudo -n' there, so that sudo fails at once instead of asking")
        }
        if rule.path == "ALL" || rule.arguments == nil {
            return .warning(
                "sudo permits user \(user) more than the forced command: any "
                    + (rule.path == "ALL" ? "command" : "arguments"),
                "put the whole command line into the rule: \(words)")
        }
        return .ok("sudo permits the forced command of user \(user): \(words)")
    }
}

/// The lines of a sudoers file without comments, those that a backslash continues in one.
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
        // `#` with a number is a user.
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

/// Parts between separators that have no backslash before them.
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
