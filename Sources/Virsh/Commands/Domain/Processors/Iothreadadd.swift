import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdIOThreadAdd` in virsh-domain.c.
    static let iothreadadd = Command(
        "iothreadadd", .tune, on: .domain, help: "add an I/O thread to a domain"
    ) { options in
        let domain = options.domain()
        let id = options.requiredNumber("id", "id of the new thread", as: .int32)
        let impact = options.impact()

        return { shell, given in
            let impact = try impact.impact(of: given)
            let domain = try shell.domain(given[domain])
            let id = try ioThreadID(given[id])
            try shell.policy.check(ioThread: id)
            try domain.addIOThread(id, impact)
        }
    }
}
