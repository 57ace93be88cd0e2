import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdIOThreadPin` in virsh-domain.c.
    static let iothreadpin = Command(
        "iothreadpin", .tune, on: .domain, help: "set the CPU affinity of an I/O thread"
    ) { options in
        let domain = options.domain()
        let thread = options.requiredNumber("iothread", "id of the thread", as: .uint32)
        let list = options.data("cpulist", "host processors, e.g. 0-2,^1; r means all")
        let impact = options.impact()

        return { shell, given in
            let impact = try impact.impact(of: given)
            let domain = try shell.domain(given[domain])
            let thread = try given[thread]
            let list = try given[list]
            let hostCPUs = try shell.hostCPUCount()
            let map = try shell.cpuMap(list, hostCPUs: hostCPUs)
            try domain.pinIOThread(thread, to: map, impact)
        }
    }
}
