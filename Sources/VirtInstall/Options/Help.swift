/// `--help`: the options by group, in our own words.
func printHelp(_ output: Output) {
    output.result("usage: \(usageLine)")
    output.result("\nCreate a new virtual machine from specified install media.")
    for (group, actions) in Action.table {
        output.result("\n\(group.lowercased()):")
        for action in actions where !action.isHidden {
            let heading =
                "  "
                + action.strings.map { "\($0)\(action.metavariable)" }
                .joined(separator: ", ")
            let gap = String(repeating: " ", count: max(2, 34 - heading.count))
            output.result("\(heading)\(gap)\(action.summary)")
        }
    }
    output.result("\nUse '--option=?' or '--option help' to see available suboptions")
}

extension Action {
    /// What stands for the value: ` NAME`.
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
        case .none: ""
        case .required: " \(word)"
        case .optional: " [\(word)]"
        }
    }
}
