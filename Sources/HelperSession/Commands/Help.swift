import Policy
import Protocol
import Text

extension SessionCommand {
    ///     C: {"cmd": "help", "command": "release"}
    ///     S: {"success": true, "cmd": "help", "command": "release", "commands": [...],
    ///         "reply": "release: release a reserved domain\n..."}
    static let help = SessionCommand(
        "help", .reads, inWords: .help, summary: "list the commands, or explain one"
    ) { parameters in
        let command = parameters.optionalString("command", "the command to explain")

        return { session, request in
            guard let name = try request[command] else {
                let granted = SessionCommand.all.filter { session.policy.allows(command: $0.name) }
                let width = SessionCommand.all.map(\.name.count).max() ?? 0
                let lines = granted.map { "\($0.name.padded(width))  \($0.summary)\n" }
                return helpResults(granted, lines.joined())
            }
            guard let command = SessionCommand.all.named(name) else {
                throw RequestError(.notFound, "there is no command '\(name)'; 'help' lists all")
            }
            // Whether a role that is read-only may run it is not a question of its help.
            if let denial = session.policy.denial(ofCommand: command.name, changes: false) {
                throw denial
            }
            var text = "\(command.name): \(command.summary)\n"
            for parameter in command.declared().parameters.all {
                text += "  \(parameter.name) (\(parameter.type.text)"
                text += parameter.isRequired ? "): " : ", optional): "
                text += parameter.meaning + "\n"
            }
            return helpResults([command], text)
        }
    }
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
