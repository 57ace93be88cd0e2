extension Command {
    /// virsh 9.0.0: `cmdConsole` in virsh-domain.c.
    static let console = Command(
        "console", .changes, help: "attach to a guest's console",
        description: "needs a terminal, which a session has not"
    ) { options in
        let domain = options.domain()
        let device = options.string("devname", "which character device")
        _ = options.flag("force", "cut off who is attached")
        _ = options.flag("safe", "only if nobody else can attach")

        return { shell, given in
            let domain = try shell.domain(given[domain])
            _ = try given[device]
            try shell.attachConsole(of: domain)
        }
    }
}
