extension Command {
    /// virsh 9.0.0: `cmdSelfTest` in vsh.c.
    static let selfTest = Command(
        "self-test", .reads, help: "check the tables of commands",
        description: "our own tests do that", needsConnection: false, isHidden: true
    ) { options in
        _ = options.flag("completers-missing", "tell options without completion")

        return { _, _ in }
    }
}
