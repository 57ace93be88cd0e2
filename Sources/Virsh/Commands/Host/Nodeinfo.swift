import Libvirt
import Policy
import Text

extension Command {
    /// virsh 9.0.0: `cmdNodeinfo` in virsh-host.c.
    static let nodeinfo = Command(
        "nodeinfo", .host, help: "print the CPUs and the memory of the host",
        description: "for example 4 CPUs in 1 socket, and 8 GiB of memory"
    ) { _ in
        return { shell, _ in
            let connection = try shell.connection
            let info = try shell.explaining("failed to get node information") {
                () throws(LibvirtError) in try connection.nodeInfo()
            }
            var rows = [("CPU model:", info.model), ("CPU(s):", "\(info.cpus)")]
            if info.megahertz != 0 { rows.append(("CPU frequency:", "\(info.megahertz) MHz")) }
            rows += [
                ("CPU socket(s):", "\(info.socketsPerCell)"),
                ("Core(s) per socket:", "\(info.coresPerSocket)"),
                ("Thread(s) per core:", "\(info.threadsPerCore)"),
                ("NUMA cell(s):", "\(info.numaCells)"),
                ("Memory size:", "\(info.memoryKiB) KiB"),
            ]
            for (name, value) in rows { shell.print("\(name.padded(20)) \(value)\n") }
        }
    }
}
