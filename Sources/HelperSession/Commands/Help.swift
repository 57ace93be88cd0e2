extension SessionCommand {
    ///     C: {"cmd": "help", "command": "release"}
    ///     S: {"success": true, "cmd": "help", "command": "release", "commands": [...],
    ///         "reply": "release: give a reserved domain back\n..."}
    static let help = SessionCommand(
        "help", summary: "tell what commands there are, or explain one"
    ) { parameters in
        let command = parameters.optionalString("command", "the command to explain")

        return { _, request in
            guard let name = try request[command] else {
                let width = SessionCommand.all.map(\.name.count).max() ?? 0
                let lines = SessionCommand.all.map { command in
                    let blanks = String(repeating: " ", count: width - command.name.count)
                    return "\(command.name)\(blanks)  \(command.summary)\n"
                }
                return explained(SessionCommand.all, lines.joined())
            }
            guard let command = SessionCommand.named(name) else {
                throw Refusal(.notFound, "there is no command '\(name)'; 'help' lists all")
            }
            var text = "\(command.name): \(command.summary)\n"
            for parameter in command.declared().parameters.all {
                text += "  \(parameter.name) (\(parameter.type)"
                text += parameter.isRequired ? "): " : ", optional): "
                text += parameter.meaning + "\n"
            }
            return explained([command], text)
        }
    }
}

private func explained(_ commands: [SessionCommand], _ text: String) -> Results {
    let objects = commands.map { command in
        JSONOutput.object([
            ("cmd", .string(command.name)),
            ("summary", .string(command.summary)),
            (
                "arguments",
                .array(
                    command.declared().parameters.all.map { parameter in
                        .object([
                            ("name", .string(parameter.name)),
                            ("type", .string(parameter.type)),
                            ("required", .bool(parameter.isRequired)),
                            ("meaning", .string(parameter.meaning)),
                        ])
                    })
            ),
        ])
    }
    return ["commands": .array(objects), "reply": .string(text)]
}
