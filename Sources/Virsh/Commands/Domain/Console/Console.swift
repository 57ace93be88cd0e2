import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdConsole` in virsh-domain.c.
    static let console = Command(
        "console", .guest, on: .domain, effects: .looksInto, help: "attach to a guest's console",
        description: "needs a terminal, which a session does not have"
    ) { options in
        let domain = options.domain()
        let device = options.string("devname", "alias of the character device")
        // Declared so that they are accepted; without a terminal they have no effect.
        _ = options.flag("force", "disconnect another console session")
        _ = options.flag("resume", "resume a paused guest", since: .init(9, 9))
        _ = options.flag("safe", "only if exclusive access is supported")

        return { shell, given in
            let domain = try shell.domain(given[domain])
            _ = try given[device]  // an empty name is an error before the domain's state is
            try shell.attachConsole(of: domain)
        }
    }
}

extension Shell {
    /// Always fails: a console needs a terminal, which a session does not have. Like virsh, it
    /// checks the domain's state first. virsh 9.0.0: `cmdRunConsole`.
    func attachConsole(of domain: Domain) throws(CommandFailure) {
        let status = try explaining("Unable to get domain status") { () throws(LibvirtError) in
            try domain.status()
        }
        guard status.state != .shutOff else {
            throw CommandFailure("The domain is not running")
        }
        throw CommandFailure("Cannot run interactive console without a controlling TTY")
    }
}
