import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdInjectNMI` in virsh-domain.c.
    static let injectNMI = Command(
        "inject-nmi", .guest, on: .domain, help: "inject a non-maskable interrupt into a guest"
    ) { options in
        let domain = options.domain()

        return { shell, given in try shell.domain(given[domain]).injectNMI() }
    }
}
