package import Policy
import Protocol
import Virsh

extension PolicyVocabulary {
    /// The names that this program has.
    package static let program = PolicyVocabulary(
        commands: SessionCommand.all.map(\.name) + StandaloneCommand.all.map(\.name),
        commandAliases: Dictionary(
            SessionCommand.all.flatMap { command in command.aliases.map { ($0, command.name) } }
        ) { first, _ in first },
        virshCommand: { name in Command.named(name, in: nil).map { ($0.name, $0.virshClass) } },
        virshCommands: { Group.all.flatMap(\.commands).map(\.name) })
}
