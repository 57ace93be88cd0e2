import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdQemuAgentCommand` in virsh-domain.c.
    static let qemuAgent = Command(
        "qemu-agent-command", .changes, help: "ask the agent in a guest"
    ) { options in
        let domain = options.domain()
        let timeout = options.number(
            "timeout", "seconds to wait, at least 1", as: .int32, positional: false)
        let async = options.flag("async", "do not wait for the answer")
        let block = options.flag("block", "wait for ever")
        let pretty = options.flag("pretty", "indent the answer")
        let words = options.rest("cmd", "the command in JSON", required: true)

        return { shell, given in
            let domain = try shell.domain(given[domain])
            let command = try given[words].joined(separator: " ")
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
            var answer = try domain.agent(command, timeout: wait)
            if try given[pretty], let value = JSONValue(parsing: answer) {
                answer = value.text(pretty: true)
            }
            shell.print(answer + "\n")
        }
    }
}
