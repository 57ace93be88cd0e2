import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdIOThreadInfo` in virsh-domain.c.
    static let iothreadinfo = Command(
        "iothreadinfo", .read, on: .domain, help: "a domain's I/O threads and their CPU affinity"
    ) { options in
        let domain = options.domain()
        let impact = options.impact()

        return { shell, given in
            let impact = try impact.impact(of: given)
            let domain = try shell.domain(given[domain])
            let threads = try shell.explaining("Unable to get domain IOThreads information") {
                () throws(LibvirtError) in try domain.ioThreads(impact)
            }
            guard !threads.isEmpty else {
                return shell.printExtra("No IOThreads found for the domain")
            }
            var table = Table("IOThread ID", "CPU Affinity")
            for thread in threads { table.append("\(thread.id)", thread.affinity.ranges) }
            shell.print(table)
        }
    }
}
