import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdLxcEnterNamespace` in virsh-domain.c.
    static let lxcEnterNamespace = Command(
        "lxc-enter-namespace", .never, on: .domain, help: "run a program inside a container"
    ) { options in
        let domain = options.domain()
        _ = options.flag("noseclabel", "keep the present security label")
        _ = options.rest("cmd", "program and arguments", required: true)

        return { shell, given in
            // Not supported: the program would need this process to enter the namespaces. A
            // domain that is not a container gets libvirt's error, as from virsh.
            try shell.domain(given[domain]).checkContainerNamespaces()
            throw CommandFailure("entering a container is not supported")
        }
    }
}
