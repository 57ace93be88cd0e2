import XML

/// What is shown of the guest while it is installed.
enum ConsoleChoice {
    case text, graphical, none
    /// It would be shown, but here is nothing that could.
    case unavailable

    /// `--autoconsole`. virt-install 4.1.0: `_AutoconsoleData`.
    init(_ options: CommandLineValues, _ guest: Guest, _ installer: Installer) throws {
        switch options["autoconsole"] ?? "default" {
        case "text": self = .text
        case "graphical": self = .graphical
        case "none": self = .none
        case "default":
            let display = guest.devices("graphics").first
            if installer.cloudInit != nil || display == nil {
                self = .text
            } else {
                if ["vnc", "spice", nil].contains(display?["type"]) {
                    guest.output.warn(
                        "Unable to connect to graphical console: virt-viewer not installed. "
                            + "Please install the 'virt-viewer' package.")
                }
                self = .unavailable
            }
        case let other: throw InstallFailure("Unknown autoconsole type '\(other)'")
        }
    }
}
