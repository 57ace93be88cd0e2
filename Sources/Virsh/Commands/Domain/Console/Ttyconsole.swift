import Libvirt
import Policy
import XML

extension Command {
    /// virsh 9.0.0: `cmdTTYConsole` in virsh-domain.c.
    static let ttyconsole = Command(
        "ttyconsole", .read, on: .domain, help: "the host's pseudo-terminal of a guest's console"
    ) { options in
        let domain = options.domain()

        return { shell, given in
            let root = try shell.description(of: shell.domain(given[domain]))
            guard let terminal = root.string("/domain/devices/console/@tty") else {
                throw CommandFailure.silent  // virsh fails without a message
            }
            shell.print("\(terminal)\n")
        }
    }
}
