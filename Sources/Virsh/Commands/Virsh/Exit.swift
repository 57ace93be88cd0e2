extension Command {
    /// virsh 9.0.0: `cmdQuit` in vsh.c.
    static let exit = Command(
        "exit", .reads, help: "run none of the commands that follow", needsConnection: false
    ) { _ in
        return { _, _ in }
    }
}
