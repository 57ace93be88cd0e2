/// The description of an install tree: its file `.treeinfo`, which has sections of keys and values.
package struct TreeInfo: Hashable, Sendable {
    /// The distribution, e.g. `Fedora`, from the section `general`.
    package let family: String
    private let sections: [String: [String: String]]

    /// Parses a file by the rules of Python's `configparser`, which virt-install uses, and with its
    /// error messages.
    package init(parsing text: String) throws(MediaError) {
        sections = try ConfigParser.sections(in: text)
        guard let general = sections["general"] else {
            throw MediaError(.broken, "No section: 'general'")
        }
        guard let family = general["family"] else {
            throw MediaError(.broken, "No option 'family' in section: 'general'")
        }
        self.family = family
    }

    /// The value of a key in a section, e.g. `arch` in `general`; `nil` if it is missing.
    package subscript(section: String, key: String) -> String? { sections[section]?[key] }

    package var version: String? { self["general", "version"] }
    package var name: String? { self["general", "name"] }
    package var architecture: String? { self["general", "arch"] }
    package var variant: String? { self["general", "variant"] }

    /// The kernel and initial RAM disk for the tree's architecture, or for Xen guests.
    package func kernel(xen: Bool) -> KernelPair? {
        guard let architecture else { return nil }
        let section = "images-\(xen ? "xen" : architecture)"
        guard let kernel = self[section, "kernel"], let initrd = self[section, "initrd"],
            !kernel.isEmpty, !initrd.isEmpty
        else { return nil }
        return KernelPair(kernel: kernel, initrd: initrd)
    }
}

/// Parses the sections of a file as Python's `configparser` does.
private struct ConfigParser {
    private var sections: [String: [String: String]] = [:]
    private var section: String?
    /// The key of the last value, which the next lines may continue.
    private var key: String?
    /// The indentation of the line that has the key.
    private var indent = 0

    static func sections(in text: String) throws(MediaError) -> [String: [String: String]] {
        var parser = ConfigParser()
        // One by one: a list of all lines could take far more memory than the text.
        var rest = text[...]
        var number = 0
        while !rest.isEmpty {
            let line = rest.prefix { !$0.isNewline }
            number += 1
            try parser.parse(line, number: number)
            rest = rest[line.endIndex...].dropFirst()
        }
        // The values of the section DEFAULT apply to all other sections.
        let defaults = parser.sections.removeValue(forKey: "DEFAULT") ?? [:]
        return parser.sections.mapValues { $0.merging(defaults) { own, _ in own } }
    }

    private mutating func parse(_ line: Substring, number: Int) throws(MediaError) {
        let trimmed = line.trimmed
        if trimmed.isEmpty || trimmed.hasPrefix("#") || trimmed.hasPrefix(";") { return }
        let depth = line.prefix { $0.isWhitespace }.count
        if let section, let key, depth > indent {
            // A line with deeper indentation continues the value.
            sections[section]?[key, default: ""] += "\n\(trimmed)"
            return
        }
        indent = depth
        if trimmed.hasPrefix("["), let end = trimmed.lastIndex(of: "]"),
            end > trimmed.index(after: trimmed.startIndex)
        {
            let name = trimmed[trimmed.index(after: trimmed.startIndex)..<end]
            try beginSection(String(name), number)
        } else {
            try addOption(trimmed, line, number)
        }
    }

    private mutating func beginSection(_ name: String, _ number: Int) throws(MediaError) {
        // DEFAULT may be repeated.
        guard name == "DEFAULT" || sections[name] == nil else {
            throw MediaError(
                .broken,
                "While reading from '<string>' [line \(twoColumns(number))]: section "
                    + "'\(name)' already exists")
        }
        section = name
        key = nil
        if sections[name] == nil { sections[name] = [:] }
    }

    /// `key = value` or `key: value`.
    private mutating func addOption(
        _ trimmed: Substring, _ line: Substring, _ number: Int
    ) throws(MediaError) {
        guard let section else {
            throw MediaError(
                .broken,
                "File contains no section headers.\nfile: '<string>', line: \(number)\n"
                    + "'\(line)\\n'")
        }
        guard let delimiter = trimmed.firstIndex(where: { $0 == "=" || $0 == ":" }) else {
            throw MediaError(
                .broken,
                "Source contains parsing errors: '<string>'\n\t[line "
                    + "\(twoColumns(number))]: '\(line)\\n'")
        }
        let name = trimmed[..<delimiter].trimmed.lowercased()
        guard sections[section]?[name] == nil else {
            throw MediaError(
                .broken,
                "While reading from '<string>' [line \(twoColumns(number))]: option "
                    + "'\(name)' in section '\(section)' already exists")
        }
        sections[section]?[name] = String(trimmed[trimmed.index(after: delimiter)...].trimmed)
        key = name
    }
}

/// Line numbers have two columns in these messages.
private func twoColumns(_ number: Int) -> String { number < 10 ? " \(number)" : "\(number)" }

extension Substring {
    /// Without white space at both ends.
    fileprivate var trimmed: Substring {
        let start = drop { $0.isWhitespace }
        guard let end = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return start[...end]
    }
}
