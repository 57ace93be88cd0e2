package import Policy

/// What words ask of virsh, for the log.
package struct VirshRequest: Sendable {
    /// The names of the commands, without aliases, e.g. `["destroy"]`.
    package let commands: [String]
    /// The objects that they name, as the client named them. The kinds are `ObjectKinds.name`.
    package let objects: [(kind: String, name: String)]
    /// Whether one of them does more than read.
    package let isChange: Bool
    /// Why nothing will run; `nil` if the request is granted.
    package let denial: Denial?

    init(_ calls: [Call], _ denial: Denial?) {
        commands = calls.map(\.command.name)
        objects = calls.flatMap(\.namedObjects)
        isChange = calls.contains { !$0.uses.isSubset(of: [.read, .host]) }
        self.denial = denial
    }
}

extension Call {
    /// The class that the call needs for its command.
    var use: VirshClass {
        let onlySelects = given.values.allSatisfy { options[$0.index].access == .selects }
        return command.mayOnlyRead && onlySelects ? .read : command.virshClass
    }

    /// The classes that it needs, for its command and for options that need another one.
    fileprivate var uses: Set<VirshClass> {
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
