/// What is permitted in a policy file, but is probably a mistake. For `policy-check`.
package struct PolicyWarning: Hashable, Sendable {
    package let line: Int
    package let problem: String
}

extension PolicyFile {
    /// In the order of the lines.
    package var warnings: [PolicyWarning] {
        roles.flatMap(\.warnings).sorted { $0.line < $1.line }
    }
}

extension Role {
    fileprivate var warnings: [PolicyWarning] {
        var warnings: [PolicyWarning] = []
        for (key, setting) in settings where containsComment(setting.value) {
            warnings.append(
                PolicyWarning(
                    line: setting.line,
                    problem: "'#' is a part of the value of '\(key.rawValue)': a comment needs a "
                        + "line of its own"))
        }
        if let setting = settings[.urls], !endsHost(setting.value) {
            warnings.append(
                PolicyWarning(
                    line: setting.line,
                    problem: "no '/' follows the host in 'urls', so that it also matches other "
                        + "hosts, such as mirror.example.attacker.example; write "
                        + "https://mirror\\.example/.*"))
        }
        if isTrusted, let setting = settings[.trusted] {
            warnings.append(
                PolicyWarning(
                    line: setting.line, problem: "role '\(name)' is trusted: it amounts to root"))
        }
        if let setting = settings[.domains], matchesAny(domains), reservation == .no,
            !commands.isDisjoint(with: ["virsh", "copy-volume", "provision", "virt-install"])
        {
            warnings.append(
                PolicyWarning(
                    line: setting.line,
                    problem: "'domains' matches every name, and 'reservation = no': role '\(name)' "
                        + "may change every domain of this host"))
        }
        return warnings
    }

    /// Whether the value contains ` #`.
    private func containsComment(_ value: String) -> Bool {
        splitAtBlanks(value).dropFirst().contains { $0.utf8.first == UInt8(ascii: "#") }
    }

    /// Whether each alternative of an expression for URLs has a `/` after the host.
    private func endsHost(_ expression: String) -> Bool {
        expression.split(separator: "|", omittingEmptySubsequences: false).allSatisfy { part in
            let bytes = Array(part.utf8)
            let colon = Array("://".utf8)
            guard
                let start = bytes.indices.first(where: { bytes[$0...].starts(with: colon) })
            else { return false }
            return bytes[(start + colon.count)...].contains(UInt8(ascii: "/"))
        }
    }

    private func matchesAny(_ pattern: NamePattern?) -> Bool {
        // No expression for particular names matches both.
        pattern.map { $0.matches("q7") && $0.matches("Z-_9.x") } ?? false
    }
}
