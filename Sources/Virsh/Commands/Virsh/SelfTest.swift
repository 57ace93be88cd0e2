import Policy

extension Command {
    /// virsh 9.0.0: `cmdSelfTest` in vsh.c.
    static let selfTest = Command(
        "self-test", .never, help: "check the command tables",
        description: "does nothing here; unit tests check them", needsConnection: false,
        isHidden: true
    ) { options in
        _ = options.flag("completers-missing", "report options without a completer")
        _ = options.flag("dump-help", "print the help of each command", since: .newParser)

        return { _, _ in }
    }
}
