import Policy
import Text

extension Command {
    /// virsh 9.0.0: `cmdHelp` in vsh.c.
    static let help = Command(
        "help", .read, help: "list all commands, or explain a group or a command",
        needsConnection: false, ignoresExtraWords: true
    ) { options in
        let command = options.string("command", "the command or group", as: .any)

        return { shell, given in
            guard let name = try given[command], !name.isEmpty else {
                shell.print("Grouped commands:\n\n")
                for group in Group.all where !group.commands(shownTo: shell.policy).isEmpty {
                    shell.print(overview(of: group, shell.policy) + "\n")
                }
                return
            }
            // A command's name wins over a group's keyword.
            if let command = Command.named(name) {
                shell.print(explanation(of: command, shell.policy))
            } else if let group = Group.all.first(where: { [$0.name, $0.keyword].contains(name) }) {
                shell.print(overview(of: group, shell.policy))
            } else {
                throw CommandFailure("command or command group '\(name)' doesn't exist")
            }
        }
    }
}

extension Conversion where Value == String {
    /// The word itself, even an empty one. virsh 9.0.0: `vshCommandOptStringQuiet` and others.
    package static let any = Conversion { word, _ in word }
}

extension Group {
    /// The commands that `help` lists: those that are granted.
    func commands(shownTo policy: Policy) -> [Command] {
        commands.filter { !$0.isHidden && policy.grants($0) }
    }
}

private func overview(of group: Group, _ policy: Policy) -> String {
    group.commands(shownTo: policy).reduce(
        " \(group.name) (help keyword '\(group.keyword)'):\n"
    ) { $0 + "    \($1.name.padded(30)) \($1.help)\n" }
}

/// virsh 9.0.0: `vshCmddefHelp` in vsh.c.
private func explanation(of command: Command, _ policy: Policy) -> String {
    let options = command.declared().options
    let shown = options.filter {
        if case .alias = $0.kind { false } else { policy.shows($0) }
    }
    // Whether a bare word can go to another option. Then the rest of the words is shown with its
    // name.
    let hasPositional = options.contains { option in
        switch option.kind {
        case .data, .string, .number: option.isPositional
        default: false
        }
    }
    var text = "  NAME\n    \(command.name) - \(command.help)\n\n  SYNOPSIS\n    \(command.name)"
    for option in shown { text += " " + synopsis(of: option, hasPositional: hasPositional) }
    text += "\n"
    if !command.description.isEmpty { text += "\n  DESCRIPTION\n    \(command.description)\n" }
    if !shown.isEmpty {
        text += "\n  OPTIONS\n"
        for option in shown {
            let left = usage(of: option, hasPositional: hasPositional)
            text += "    \(left.padded(15))  \(option.help)\n"
        }
    }
    return text + "\n"
}

private func synopsis(of option: Option, hasPositional: Bool) -> String {
    let name = option.name
    return switch option.kind {
    case .flag: "[--\(name)]"
    case .number: option.isRequired ? "<\(name)>" : "[--\(name) <number>]"
    case .string: "[--\(name) <string>]"
    case .data: "<\(name)>"
    case .rest where hasPositional:
        option.isRequired ? "{[--\(name)] <string>}..." : "[[--\(name)] <string>]..."
    case .rest: option.isRequired ? "<\(name)>..." : "[<\(name)>]..."
    case .alias: ""
    }
}

private func usage(of option: Option, hasPositional: Bool) -> String {
    let name = option.name
    return switch option.kind {
    case .flag: "--\(name)"
    case .number: option.isRequired ? "[--\(name)] <number>" : "--\(name) <number>"
    case .string: "--\(name) <string>"
    case .data: "[--\(name)] <string>"
    case .rest: hasPositional ? "[--\(name)] <string>" : "<\(name)>"
    case .alias: ""
    }
}
