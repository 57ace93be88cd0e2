/// One virsh command: a value that says everything about it.
package struct Command: Sendable {
    /// What a command does to the host; a policy decides from it.
    package enum Effect: Sendable {
        /// Looks only.
        case reads
        /// Starts, stops, pauses guests.
        case power
        /// Changes definitions, storage, the host; or anything at all.
        case changes
    }

    package typealias Body = @Sendable (Shell, ParsedOptions) throws -> Void

    package let name: String
    package let effect: Effect
    /// One line for the list of commands, in our words.
    package let help: String
    /// More than that line; empty for most.
    package let description: String
    /// Whether it works without a connection (virsh: VSH_CMD_FLAG_NOCONNECT).
    package let needsConnection: Bool
    /// Whether `help` leaves it out (virsh: VSH_CMD_FLAG_HIDDEN).
    package let isHidden: Bool

    private let declare: @Sendable (inout Options) -> Body

    /// `declare` names the options and returns the body that reads them; it runs only when the
    /// command is called or explained.
    package init(
        _ name: String, _ effect: Effect, help: String, description: String = "",
        needsConnection: Bool = true, isHidden: Bool = false,
        _ declare: @escaping @Sendable (inout Options) -> Body
    ) {
        self.name = name
        self.effect = effect
        self.help = help
        self.description = description
        self.needsConnection = needsConnection
        self.isHidden = isHidden
        self.declare = declare
    }

    /// Its options in virsh's order, and what runs.
    package func declared() -> (options: [Option], body: Body) {
        var options = Options()
        let body = declare(&options)
        return (options.all, body)
    }
}

/// Commands that `virsh help` prints under one heading.
package struct Group: Sendable {
    /// The heading, e.g. `Storage Volume`.
    package let name: String
    /// The word that names it to `help`, e.g. `volume`.
    package let keyword: String
    package let commands: [Command]
    /// Other names of its commands, to the names: `help` does not list them.
    package let aliases: [String: String]

    init(_ name: String, _ keyword: String, _ commands: [Command], aliases: [String: String] = [:])
    {
        self.name = name
        self.keyword = keyword
        self.commands = commands
        self.aliases = aliases
    }
}

extension Command {
    /// The command with this name or alias.
    package static func named(_ name: String) -> Command? {
        for group in Group.all {
            let name = group.aliases[name] ?? name
            if let command = group.commands.first(where: { $0.name == name }) { return command }
        }
        return nil
    }
}
