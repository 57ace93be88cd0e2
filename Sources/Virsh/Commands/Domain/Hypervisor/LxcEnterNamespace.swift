import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdLxcEnterNamespace` in virsh-domain.c.
    static let lxcEnterNamespace = Command(
        "lxc-enter-namespace", .changes, help: "run a program inside a container"
    ) { options in
        let domain = options.domain()
        _ = options.flag("noseclabel", "keep the security label")
        _ = options.rest("cmd", "the program and its words", required: true)

        return { shell, given in
            try shell.domain(given[domain]).checkContainerNamespaces()
            throw CommandFailure("entering a container is not supported")
        }
    }
}
