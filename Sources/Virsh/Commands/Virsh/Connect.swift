import Policy
import Text

extension Command {
    /// virsh 9.0.0: `cmdConnect` in virsh.c.
    static let connect = Command(
        "connect", .never, help: "connect to another hypervisor, or reconnect",
        description: "applies to the commands that follow", needsConnection: false
    ) { options in
        let name = options.string(
            "name", "the URI to connect to", place: .positional, mayBeEmpty: true)
        let readOnly = options.flag("readonly", "connect read-only")

        return { shell, given in
            try shell.reconnect(to: given[name], readOnly: given[readOnly])
        }
    }
}
