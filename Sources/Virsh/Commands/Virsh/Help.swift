import Libvirt
import Policy
import Text

extension Command {
    /// virsh 9.0.0: `cmdHelp` in vsh.c.
    static let help = Command(
        "help", .read, help: "list all commands, or explain a group or a command",
        needsConnection: false, ignoresExtraWords: true
    ) { options in
        let command = options.string(
            "command", "the command or group", as: .any, place: .positional)

        return { shell, given in
            let version = shell.version
            guard let name = try given[command], !name.isEmpty else {
                shell.print("Grouped commands:\n\n")
                for group in Group.all {
                    guard !group.commands(shownTo: shell.policy, version).isEmpty else { continue }
                    shell.print(overview(of: group, shell.policy, version) + "\n")
                }
                return
            }
            // A command's name wins over a group's keyword.
            if let command = Command.named(name, in: version) {
                shell.print(explanation(of: command, shell.policy, version))
            } else if let group = Group.all.first(where: { [$0.name, $0.keyword].contains(name) }) {
                shell.print(overview(of: group, shell.policy, version))
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
    func commands(shownTo policy: Policy, _ version: LibvirtVersion) -> [Command] {
        shownCommands(in: version).filter(policy.grants)
    }
}

private func overview(of group: Group, _ policy: Policy, _ version: LibvirtVersion) -> String {
    group.commands(shownTo: policy, version).reduce(
        " \(group.name) (help keyword '\(group.keyword)'):\n"
    ) { $0 + "    \($1.name.padded(30)) \($1.help)\n" }
}

/// virsh 9.0.0 and 11.3.0: `vshCmddefHelp` in vsh.c.
private func explanation(
    of command: Command, _ policy: Policy, _ version: LibvirtVersion
) -> String {
    let options = command.declared(for: version).options
    let shown = options.filter {
        if case .alias = $0.kind { false } else { policy.shows($0) }
    }
    let style = HelpStyle(options, version)
    var text = "  NAME\n    \(command.name) - \(command.help)\n\n  SYNOPSIS\n    \(command.name)"
    for option in shown { text += " " + style.synopsis(of: option) }
    text += "\n"
    if !command.description.isEmpty { text += "\n  DESCRIPTION\n    \(command.description)\n" }
    if !shown.isEmpty {
        text += "\n  OPTIONS\n"
        for option in shown {
            text += "    \(style.usage(of: option).padded(15))  \(option.help)\n"
        }
    }
    return style.isOld ? text + "\n" : text
}

/// How help shows the options of a command.
private struct HelpStyle {
    /// Whether only required options are shown as bare words: before the new parser.
    let isOld: Bool
    /// Whether an option other than the one that takes all remaining words accepts a bare word.
    /// Then old help shows the remaining words with the name of their option.
    private let hasBareWords: Bool

    init(_ options: [Option], _ version: LibvirtVersion) {
        isOld = version < .newParser
        hasBareWords = options.contains { option in
            switch option.kind {
            case .string, .number: option.placement != .named
            case .flag, .rest, .alias: false
            }
        }
    }

    private func isBare(_ option: Option) -> Bool {
        isOld ? option.isRequired : option.placement == .positional
    }

    func synopsis(of option: Option) -> String {
        let name = option.name
        switch option.kind {
        case .flag: return "[--\(name)]"
        case .string, .number:
            let text = isBare(option) ? "<\(name)>" : "--\(name) <\(option.kind.valueName)>"
            return option.isRequired ? text : "[\(text)]"
        case .rest where isOld:
            let text = hasBareWords ? "[--\(name)] <string>" : "<\(name)>"
            guard option.isRequired else { return "[\(text)]..." }
            return hasBareWords ? "{\(text)}..." : "\(text)..."
        case .rest:
            let text = isBare(option) ? "<\(name)>" : "--\(name) <string>"
            guard option.isRequired else { return "[\(text)]..." }
            return "\(text)..."
        case .alias: return ""
        }
    }

    func usage(of option: Option) -> String {
        let name = option.name
        switch option.kind {
        case .flag: return "--\(name)"
        case .string, .number:
            let value = "<\(option.kind.valueName)>"
            return isBare(option) ? "[--\(name)] \(value)" : "--\(name) \(value)"
        case .rest where isOld: return hasBareWords ? "[--\(name)] <string>" : "<\(name)>"
        case .rest: return isBare(option) ? "[--\(name)] <string>..." : "--\(name) <string>..."
        case .alias: return ""
        }
    }
}
