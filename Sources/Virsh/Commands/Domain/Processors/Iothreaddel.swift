import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdIOThreadDel` in virsh-domain.c.
    static let iothreaddel = Command(
        "iothreaddel", .tune, on: .domain, help: "delete an I/O thread of a domain"
    ) { options in
        let domain = options.domain()
        let id = options.requiredNumber("id", "id of the thread", as: .int32)
        let impact = options.impact()

        return { shell, given in
            let impact = try impact.impact(of: given)
            let domain = try shell.domain(given[domain])
            try domain.removeIOThread(ioThreadID(given[id]), impact)
        }
    }
}
