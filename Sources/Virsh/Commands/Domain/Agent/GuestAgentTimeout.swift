import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdGuestAgentTimeout` in virsh-domain.c.
    static let guestAgentTimeout = Command(
        "guest-agent-timeout", .guest, on: .domain,
        help: "set the timeout for replies of the guest agent"
    ) { options in
        let domain = options.domain()
        let timeout = options.number(
            "timeout", "seconds (default: no timeout)", as: .int32, place: .named)

        return { shell, given in
            let domain = try shell.domain(given[domain])
            try domain.setAgentTimeout(seconds: given[timeout])
        }
    }
}
