import Policy

extension Command {
    /// virsh 9.0.0: `cmdCd` in vsh.c.
    static let cd = Command(
        "cd", .never, help: "change the working directory; only for virsh's prompt",
        description: "always fails here", needsConnection: false
    ) { options in
        _ = options.string(
            "dir", "the directory (default: the home directory)", as: .any, place: .positional)

        return { _, _ in throw CommandFailure("cd: command valid only in interactive mode") }
    }
}
