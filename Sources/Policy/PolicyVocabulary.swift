/// The names that a policy file may use. Only modules above this one know all of them.
package struct PolicyVocabulary: Sendable {
    /// The names of protocol commands, and of words such as `connect`.
    package let commands: [String]
    /// Older names of protocol commands as keys, the current names as values.
    package let commandAliases: [String: String]
    /// The current name and the class of the virsh command that has this name or alias.
    package let virshCommand: @Sendable (String) -> (name: String, use: VirshClass)?
    /// The names of all virsh commands, for suggestions.
    package let virshCommands: @Sendable () -> [String]

    package init(
        commands: [String], commandAliases: [String: String],
        virshCommand: @escaping @Sendable (String) -> (name: String, use: VirshClass)?,
        virshCommands: @escaping @Sendable () -> [String]
    ) {
        self.commands = commands
        self.commandAliases = commandAliases
        self.virshCommand = virshCommand
        self.virshCommands = virshCommands
    }

    /// The current name of a protocol command or word; `nil` if there is none.
    func command(_ name: String) -> String? {
        commandAliases[name] ?? (commands.contains(name) ? name : nil)
    }
}

extension PolicyVocabulary {
    /// Commands that need no grant: `cancel` reaches only requests of its own session.
    package static let alwaysGranted: Set<String> = ["cancel"]
}

/// A name for several commands in the value of `commands`.
package enum CommandPreset: String, CaseIterable, Sendable {
    case read = "@read"
    case tester = "@tester"
    case images = "@images"
    case install = "@install"
    /// All commands, except those that only a trusted role may run.
    case all

    /// `host-check` names domains that the role does not show.
    package static let trustedOnly: Set<String> = ["host-check"]

    package func commands(of vocabulary: PolicyVocabulary) -> Set<String> {
        switch self {
        case .read:
            [
                "ping", "help", "version", "whoami", "setname", "reservations", "port-forwards",
                "addresses",
            ]
        case .tester:
            Self.read.commands(of: vocabulary).union([
                "reserve", "release", "virsh", "upload", "copy-volume", "provision", "wait-port",
                "console", "connect",
            ])
        case .images: ["create-volume", "upload-volume", "download-volume"]
        case .install: ["virt-install"]
        case .all: Set(vocabulary.commands).subtracting(Self.trustedOnly)
        }
    }
}
