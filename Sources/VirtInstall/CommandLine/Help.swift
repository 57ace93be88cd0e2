import InstallMedia
import Text

/// Prints the reply to `--help`: the options by group, with our own explanations.
func printHelp(_ version: InstallVersion, _ output: InstallOutput) {
    output.result("usage: \(usageLine(version))")
    output.result("\nCreate a new virtual machine from specified install media.")
    for group in CommandLineGroup.all {
        output.result("\n\(group.title.lowercased()):")
        for option in group.options(version) {
            guard let help = option.help else { continue }
            let heading =
                "  "
                + option.strings.map { "\($0)\(option.metavariable)" }
                .joined(separator: ", ")
            let gap = String(repeating: " ", count: max(2, 34 - heading.count))
            output.result("\(heading)\(gap)\(help)")
        }
    }
    output.result("\nUse '--option=?' or '--option help' to see available suboptions")
}

extension CommandLineOption {
    /// The placeholder of the value: ` NAME`.
    fileprivate var metavariable: String {
        let word =
            switch name {
            case "connect": "URI"
            case "reinstall": "DOMAIN"
            default:
                String(
                    (strings.first { $0.hasPrefix("--") } ?? strings[0]).drop { $0 == "-" }
                        .map { $0 == "-" ? "_" : $0 }
                ).uppercased()
            }
        return switch value {
        case .flag: ""
        case .required: " \(word)"
        case .optional: " [\(word)]"
        }
    }
}
