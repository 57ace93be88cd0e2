import Text

/// Parses a policy file. Any mistake is an error: a line that is ignored could be one that was
/// meant to restrict a role.
struct PolicyFileParser {
    private var file: PolicyFile
    private let vocabulary: PolicyVocabulary
    private var section = Section.none
    /// The keys of the present section.
    private var keys: [String: PolicySetting] = [:]
    private var hasAll = false
    private var number = 0

    private enum Section {
        case none, all
        case role(Role)
    }

    private enum AllKey: String, CaseIterable {
        case requireRole = "require-role"
        case proxy
    }

    init(_ empty: PolicyFile, _ vocabulary: PolicyVocabulary) {
        file = empty
        self.vocabulary = vocabulary
    }

    mutating func parse(_ bytes: [UInt8]) throws(PolicyFileError) -> PolicyFile {
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            try parse(line: line)
        }
        try finishSection()
        return file
    }

    private func mistake(_ problem: String, line: Int? = nil) -> PolicyFileError {
        PolicyFileError(path: file.path, line: line ?? number, problem: problem)
    }

    private mutating func parse(line: ArraySlice<UInt8>) throws(PolicyFileError) {
        guard let text = String(validating: line, as: UTF8.self) else {
            throw mistake("the line is not UTF-8")
        }
        if let control = text.unicodeScalars.first(where: isForbidden) {
            let digits = String(control.value, radix: 16, uppercase: true)
            let hint =
                control == "\r" ? "; lines end with a line feed alone" : "; only tabs are allowed"
            throw mistake("the line has the control character U+\(digits)\(hint)")
        }
        // Only at the start of a line: a regular expression may contain `#`.
        if text.utf8.first == UInt8(ascii: "#") { return }
        let trimmed = trimmed(text[...])
        if trimmed.isEmpty { return }
        if trimmed.utf8.first == UInt8(ascii: "[") { return try begin(section: trimmed) }
        guard let sign = trimmed.utf8.firstIndex(of: UInt8(ascii: "=")) else {
            let hint =
                trimmed.utf8.first == UInt8(ascii: "#")
                ? "; a comment has '#' as the first character of its line" : ""
            throw mistake("the line is neither 'key = value' nor a section '[role NAME]'\(hint)")
        }
        let name = String(self.trimmed(trimmed[..<sign]))
        let value = String(self.trimmed(trimmed[trimmed.utf8.index(after: sign)...]))
        try set(name, PolicySetting(value: value, line: number))
    }

    private func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory == .control && scalar != "\t"
    }

    /// Without blanks at both ends.
    private func trimmed(_ text: Substring) -> Substring {
        var rest = text.unicodeScalars
        while let first = rest.first, isBlank(first) { rest.removeFirst() }
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        return Substring(rest)
    }

    // MARK: Sections

    private mutating func begin(section line: Substring) throws(PolicyFileError) {
        try finishSection()
        guard line.utf8.last == UInt8(ascii: "]") else {
            throw mistake("the section's line must end with ']'")
        }
        let words = splitAtBlanks(String(line.dropFirst().dropLast()))
        switch (words.first, words.count) {
        case ("all", 1):
            if hasAll { throw mistake("section [all] occurs twice") }
            hasAll = true
            section = .all
        case ("role", 2):
            let name = words[1]
            guard IdentityName.isValid(name) else {
                throw mistake("'\(name)' is not a role's name: \(IdentityName.rule)")
            }
            if file.role(named: name) != nil { throw mistake("role '\(name)' occurs twice") }
            section = .role(Role(name: name))
        default: throw mistake("unknown section '\(line)'; the sections are [all] and [role NAME]")
        }
    }

    private mutating func finishSection() throws(PolicyFileError) {
        if case .role(let role) = section { file.roles.append(try checked(role)) }
        section = .none
        keys = [:]
    }

    /// Checks what depends on several keys.
    private func checked(_ role: Role) throws(PolicyFileError) -> Role {
        if let trusted = role.settings[.trusted], role.settings.count > 1 {
            throw mistake(
                "'trusted' must be the only key of role '\(role.name)': a trusted role has no "
                    + "restrictions", line: trusted.line)
        }
        if let virsh = role.settings[.virsh], !role.commands.contains("virsh") {
            throw mistake(
                "role '\(role.name)' has 'virsh', but its 'commands' do not grant 'virsh'; add it "
                    + "there", line: virsh.line)
        }
        return role
    }

    // MARK: Keys

    private mutating func set(
        _ name: String, _ setting: PolicySetting
    ) throws(PolicyFileError) {
        if let earlier = keys[name] {
            throw mistake("key '\(name)' occurs twice in this section; see line \(earlier.line)")
        }
        keys[name] = setting
        switch section {
        case .none: throw mistake("key '\(name)' is not in a section; begin with '[role NAME]'")
        case .all:
            guard let key = AllKey(rawValue: name) else {
                throw unknown(name, among: AllKey.allCases.map(\.rawValue), of: "[all]")
            }
            try requireValue(of: name, setting)
            try set(key, setting)
        case .role(var role):
            guard let key = RoleKey(rawValue: name) else {
                throw unknown(name, among: RoleKey.allCases.map(\.rawValue), of: "a role")
            }
            try requireValue(of: name, setting)
            do throws(PolicyValueError) {
                try role.set(key, setting.value, vocabulary)
            } catch { throw mistake("\(name): \(error.problem)") }
            role.settings[key] = setting
            section = .role(role)
        }
    }

    private func requireValue(
        of name: String, _ setting: PolicySetting
    ) throws(PolicyFileError) {
        guard setting.value.isEmpty else { return }
        throw mistake("key '\(name)' has no value; leave the line out to use its default")
    }

    private func unknown(
        _ name: String, among names: [String], of owner: String
    ) -> PolicyFileError {
        let near = suggestion(for: name, among: names)
        let hint = near.isEmpty ? "; the keys are \(names.joined(separator: ", "))" : near
        return mistake("unknown key '\(name)' of \(owner)\(hint)")
    }

    private mutating func set(
        _ key: AllKey, _ setting: PolicySetting
    ) throws(PolicyFileError) {
        do throws(PolicyValueError) {
            switch key {
            case .requireRole: file.requiresRole = try PolicyValue.yesOrNo(setting.value)
            case .proxy: file.proxy = try PolicyValue.proxy(setting.value)
            }
        } catch { throw mistake("\(key.rawValue): \(error.problem)") }
    }
}
