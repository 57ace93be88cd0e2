/// What a tree says of itself in its file `.treeinfo`: sections of keys and values.
package struct TreeInfo: Hashable, Sendable {
    /// `[general]` names: whose tree it is, e.g. `Fedora`.
    package let family: String
    private let sections: [String: [String: String]]

    /// Python's `configparser` reads such files, with its rules and words; `nil` for an empty key.
    package init(parsing text: String) throws(MediaError) {
        sections = try Self.parsed(text)
        guard let general = sections["general"] else {
            throw MediaError(.broken, "No section: 'general'")
        }
        guard let family = general["family"] else {
            throw MediaError(.broken, "No option 'family' in section: 'general'")
        }
        self.family = family
    }

    /// A value by its section and key, e.g. `general` and `arch`; `nil` where it is missing.
    package subscript(section: String, key: String) -> String? { sections[section]?[key] }

    package var version: String? { self["general", "version"] }
    package var name: String? { self["general", "name"] }
    package var architecture: String? { self["general", "arch"] }
    package var variant: String? { self["general", "variant"] }

    /// Kernel and initial RAM disk for the tree's own architecture, or for Xen's guests.
    package func kernel(xen: Bool) -> KernelPair? {
        guard let architecture else { return nil }
        let section = "images-\(xen ? "xen" : architecture)"
        guard let kernel = self[section, "kernel"], let initrd = self[section, "initrd"],
            !kernel.isEmpty, !initrd.isEmpty
        else { return nil }
        return KernelPair(kernel: kernel, initrd: initrd)
    }

    private static func parsed(
        _ text: String
    ) throws(MediaError) -> [String: [String: String]] {
        var sections: [String: [String: String]] = [:]
        var defaults: [String: String] = [:]
        var section: String?
        var key: String?
        var indent = 0
        for (number, line) in text.split(
            omittingEmptySubsequences: false, whereSeparator: \.isNewline
        ).enumerated() {
            let trimmed = line.trimmed
            if trimmed.isEmpty || trimmed.hasPrefix("#") || trimmed.hasPrefix(";") { continue }
            let depth = line.prefix { $0.isWhitespace }.count
            if let section, let key, depth > indent {
                // A line that is indented more goes on with the value above.
                sections[section]?[key, default: ""] += "\n\(trimmed)"
                continue
            }
            indent = depth
            if trimmed.hasPrefix("["), let end = trimmed.lastIndex(of: "]"),
                end > trimmed.index(after: trimmed.startIndex)
            {
                let name = String(trimmed[trimmed.index(after: trimmed.startIndex)..<end])
                section = name
                key = nil
                guard name == "DEFAULT" || sections[name] == nil else {
                    throw MediaError(
                        .broken,
                        "While reading from '<string>' [line \(twoColumns(number + 1))]: section "
                            + "'\(name)' already exists")
                }
                if sections[name] == nil { sections[name] = [:] }
                continue
            }
            guard let current = section else {
                throw MediaError(
                    .broken,
                    "File contains no section headers.\nfile: '<string>', line: \(number + 1)\n"
                        + "'\(line)\\n'")
            }
            guard let delimiter = trimmed.firstIndex(where: { $0 == "=" || $0 == ":" }) else {
                throw MediaError(
                    .broken,
                    "Source contains parsing errors: '<string>'\n\t[line "
                        + "\(twoColumns(number + 1))]: '\(line)\\n'")
            }
            let name = trimmed[..<delimiter].trimmed.lowercased()
            guard sections[current]?[name] == nil else {
                throw MediaError(
                    .broken,
                    "While reading from '<string>' [line \(twoColumns(number + 1))]: option "
                        + "'\(name)' in section '\(current)' already exists")
            }
            sections[current]?[name] = String(trimmed[trimmed.index(after: delimiter)...].trimmed)
            key = name
        }
        defaults = sections.removeValue(forKey: "DEFAULT") ?? [:]
        return sections.mapValues { $0.merging(defaults) { own, _ in own } }
    }
}

private func twoColumns(_ number: Int) -> String { number < 10 ? " \(number)" : "\(number)" }

extension Substring {
    /// Without blanks at both ends.
    fileprivate var trimmed: Substring {
        let start = drop { $0.isWhitespace }
        guard let end = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return start[...end]
    }
}

/// A kernel and its initial RAM disk, as paths in a location.
package struct KernelPair: Hashable, Sendable {
    package let kernel: String
    package let initrd: String

    package init(kernel: String, initrd: String) {
        self.kernel = kernel
        self.initrd = initrd
    }
}
