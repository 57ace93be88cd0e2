extension Command {
    /// virsh 9.0.0: `cmdConnect` in virsh.c.
    static let connect = Command(
        "connect", .changes, help: "leave the hypervisor for another one, or connect anew",
        description: "holds for the commands that follow", needsConnection: false
    ) { options in
        let name = options.string("name", "the URI to connect to", mayBeEmpty: true)
        let readOnly = options.flag("readonly", "look only")

        return { shell, given in
            try shell.reconnect(to: given[name], readOnly: given[readOnly])
        }
    }
}
