import Libvirt
import Policy
import Text

extension Command {
    /// virsh 9.0.0: `cmdQemuAgentCommand` in virsh-domain.c.
    static let qemuAgent = Command(
        "qemu-agent-command", .guest, on: .domain, help: "send a command to a guest's QEMU agent"
    ) { options in
        let domain = options.domain()
        let timeout = options.number(
            "timeout", "seconds to wait, at least 1", as: .int32, place: .named)
        let async = options.flag("async", "do not wait for the reply")
        let block = options.flag("block", "wait without a timeout")
        let pretty = options.flag("pretty", "pretty-print the reply")
        let words = options.rest("cmd", "command in JSON", required: true)

        return { shell, given in
            let domain = try shell.domain(given[domain])
            let command = try given[words].joined(separator: " ")
            // virsh counts these options instead of checking them in pairs: its error names all
            // three, and a bad timeout is reported before it.
            var wait = Domain.AgentTimeout.usual
            var waits = 0
            if let seconds = try given[timeout] {
                guard seconds >= 1 else { throw CommandFailure("timeout must be positive") }
                wait = .seconds(seconds)
                waits += 1
            }
            if try given[async] {
                wait = .noWait
                waits += 1
            }
            if try given[block] {
                wait = .forever
                waits += 1
            }
            guard waits <= 1 else {
                throw CommandFailure("timeout, async and block options are exclusive")
            }
            var reply = try domain.agent(command, timeout: wait)
            // A reply that is not JSON is printed as it is.
            if try given[pretty], let value = JSONValue(libvirt: reply) {
                reply = value.libvirtText(pretty: true)
            }
            shell.print(reply + "\n")
        }
    }
}
