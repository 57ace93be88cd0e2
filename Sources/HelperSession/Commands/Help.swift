import Policy
import Protocol
import Text

extension SessionCommand {
    ///     C: {"cmd": "help", "command": "release"}
    ///     S: {"success": true, "cmd": "help", "command": "release", "commands": [...],
    ///         "reply": "release: release a reserved domain\n..."}
    static let help = SessionCommand(
        "help", .reads, usesHost: false, inWords: .help, group: .looking,
        summary: "list the commands, or explain one",
        example: "ssh HOST help provision"
    ) { parameters in
        let command = parameters.optionalString("command", "the command to explain")

        return { session, request in
            guard let name = try request[command] else {
                let granted = SessionCommand.all.filter { session.policy.lists(command: $0.name) }
                return helpResults(granted, listOfCommands(session.policy))
            }
            guard let command = SessionCommand.all.named(name) else {
                throw RequestError(.notFound, "there is no command '\(name)'; 'help' lists all")
            }
            // Whether a role that is read-only may run it is not a question of its help.
            let denial = session.policy.denial(
                ofCommand: command.name, called: name, changes: false)
            if let denial { throw denial }
            return helpResults([command], explanation(of: command))
        }
    }
}

/// The granted commands in their groups, within 80 columns.
private func listOfCommands(_ policy: Policy) -> String {
    let words = StandaloneCommand.all.map { ($0.name, $0.summary, CommandGroup.everyday) }
    let all = (SessionCommand.all.map { ($0.name, $0.summary, $0.group) } + words)
        .filter { policy.lists(command: $0.0) }
    let width = all.map(\.0.count).max() ?? 0
    return CommandGroup.allCases.compactMap { group -> String? in
        let lines = all.filter { $0.2 == group }.map { name, summary, _ in
            wrapped(
                summary, startingWith: "  \(name.padded(width))  ", indent: width + 4)
        }
        return lines.isEmpty ? nil : "\(group.rawValue):\n" + lines.joined()
    }.joined(separator: "\n")
}

/// A command with its parameters and an example, within 80 columns.
private func explanation(of command: SessionCommand) -> String {
    var text = wrapped(command.summary, startingWith: "\(command.name): ", indent: 4)
    for parameter in command.declared().parameters.all {
        let type = parameter.type.text + (parameter.isRequired ? "" : ", optional")
        text += wrapped(
            "(\(type)): \(parameter.meaning)", startingWith: "  \(parameter.name) ", indent: 6)
    }
    return text + "Example:\n  \(command.example)\n"
}

private func helpResults(_ commands: [SessionCommand], _ text: String) -> Reply.Results {
    ["commands": .array(commands.map(description)), "reply": .string(text)]
}

private func description(of command: SessionCommand) -> JSONValue {
    let arguments = command.declared().parameters.all.map { parameter in
        JSONValue.object([
            ("name", .string(parameter.name)),
            ("type", .string(parameter.type.text)),
            ("required", .bool(parameter.isRequired)),
            ("meaning", .string(parameter.meaning)),
        ])
    }
    return .object([
        ("cmd", .string(command.name)), ("summary", .string(command.summary)),
        ("arguments", .array(arguments)),
    ])
}
