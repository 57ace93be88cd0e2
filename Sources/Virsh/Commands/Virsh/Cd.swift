extension Command {
    /// virsh 9.0.0: `cmdCd` in vsh.c.
    static let cd = Command(
        "cd", .reads, help: "change the working directory, at virsh's prompt only",
        description: "does nothing here", needsConnection: false
    ) { options in
        _ = options.string("dir", "where to go (default: home)", as: .any)

        return { _, _ in throw CommandFailure("cd: command valid only in interactive mode") }
    }
}
