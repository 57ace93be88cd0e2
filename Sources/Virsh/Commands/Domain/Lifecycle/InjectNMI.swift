import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdInjectNMI` in virsh-domain.c.
    static let injectNMI = Command(
        "inject-nmi", .changes, help: "send a guest an interrupt it cannot mask"
    ) { options in
        let domain = options.domain()

        return { shell, given in try shell.domain(given[domain]).injectNMI() }
    }
}
