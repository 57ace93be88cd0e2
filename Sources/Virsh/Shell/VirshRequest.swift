package import Libvirt
package import Policy
import Text

/// What words ask of virsh, for the log.
package struct VirshRequest: Sendable {
    /// The names of the commands, without aliases, e.g. `["destroy"]`.
    package let commands: [String]
    /// What a role needs for each of them.
    package let uses: [VirshClass]
    /// The objects that they name, as the client named them. The kinds are `ObjectKinds.name`.
    package let objects: [(kind: String, name: String)]
    /// Whether one of them does more than read.
    package let isChange: Bool
    /// Why nothing will run; `nil` if the request is granted.
    package let denial: Denial?
    /// What is wrong with the words, e.g. `unknown command: 'x'`; then nothing runs either.
    package let mistake: String?

    init(_ calls: [Call], _ denial: Denial?, _ error: SyntaxError? = nil) {
        mistake = error?.lines.joined(separator: "; ")
        commands = calls.map(\.command.name)
        uses = calls.map(\.use)
        objects = calls.flatMap(\.namedObjects)
        isChange = calls.contains { !$0.uses.isSubset(of: [.read, .host]) }
        self.denial = denial
    }

    /// What the words after `virsh` ask, and whether a policy grants it; nothing runs. Words with a
    /// mistake count as far as they were parsed.
    package init(
        _ words: [String], _ policy: Policy, version: LibvirtVersion = .running
    ) {
        var rest = words[...]
        var reader = GlobalOptionReader(version)
        do {
            guard words.count <= ShellWords.limit else { throw SyntaxError.tooManyWords }
            while let option = try reader.next(&rest) { try policy.check(option) }
        } catch {
            self.init([], error as? Denial, error as? SyntaxError)
            return
        }
        let parsed = rest.isEmpty ? ParsedCommands() : ParsedCommands(Array(rest), version)
        self.init(parsed.calls, policy.denial(of: parsed.calls), parsed.error)
    }
}

extension Call {
    /// The class that the call needs for its command.
    var use: VirshClass {
        let onlySelects = given.values.allSatisfy { options[$0.index].access == .selects }
        return command.mayOnlyRead && onlySelects ? .read : command.virshClass
    }

    /// The classes that it needs, for its command and for options that need another one.
    var uses: Set<VirshClass> {
        given.values.reduce(into: [use]) { uses, value in
            if case .needs(let use) = options[value.index].access { uses.insert(use) }
        }
    }

    fileprivate var namedObjects: [(kind: String, name: String)] {
        given.values.compactMap { index, word in
            guard let word else { return nil }
            let names = options[index].names
            return (names.contains(.file) ? .file : names).name.map { ($0, word) }
        }
    }
}
