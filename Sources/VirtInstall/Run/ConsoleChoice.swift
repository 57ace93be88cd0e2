import InstallMedia
import System
import XML

/// The console that is shown during the installation.
enum ConsoleChoice {
    case text, graphical, none
    /// The guest has a graphical display, but there is no viewer here.
    case unavailable

    /// `--autoconsole`. virt-install 4.1.0: `_AutoconsoleData`.
    init(_ options: CommandLineValues, _ guest: Guest, _ installer: Installer) throws {
        switch options["autoconsole"] ?? "default" {
        case "text": self = .text
        case "graphical": self = .graphical
        case "none": self = .none
        case "default":
            // The user of a cloud image logs in on the text console, even if there is a display.
            let display = guest.devices("graphics").first
            if installer.cloudInit != nil || display == nil {
                self = .text
            } else {
                if ["vnc", "spice", nil].contains(display?["type"]) {
                    guest.output.warn(
                        guest.version >= .v51 && Self.lacksDisplay
                            ? "No display detected. Not running virt-viewer."
                            : "Unable to connect to graphical console: virt-viewer not installed. "
                                + "Please install the 'virt-viewer' package.")
                }
                self = .unavailable
            }
        case let other: throw InstallFailure("Unknown autoconsole type '\(other)'")
        }
    }

    /// Whether the session has no graphical display, so that no viewer could run.
    private static var lacksDisplay: Bool {
        ["DISPLAY", "DISPLAY_WAYLAND"].allSatisfy {
            (ProcessInformation.environment($0) ?? "").isEmpty
        }
    }
}
