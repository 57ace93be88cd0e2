import Policy

extension Command {
    /// virsh 9.0.0: `cmdQuit` in vsh.c.
    static let quit = Command(
        "quit", .read, help: "skip all commands that follow", needsConnection: false,
        endsRun: true
    ) { _ in
        return { _, _ in }
    }
}
