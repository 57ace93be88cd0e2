import Libvirt
import Policy
import Text

extension Command {
    /// virsh 9.0.0: `cmdNodeCpuMap` in virsh-host.c.
    static let nodecpumap = Command(
        "nodecpumap", .host, help: "print the number and a map of the host's online CPUs"
    ) { options in
        let pretty = options.flag("pretty", "print the map as a list of ranges")

        return { shell, given in
            let isPretty = try given[pretty]
            let connection = try shell.connection
            let (count, online, map) = try shell.explaining("Unable to get cpu map") {
                () throws(LibvirtError) in try connection.cpuMap()
            }
            let text =
                isPretty
                ? map.ranges : (0..<Int(count)).map { map.contains($0) ? "y" : "-" }.joined()
            let rows = [
                ("CPUs present:", "\(count)"), ("CPUs online:", "\(online)"), ("CPU map:", text),
            ]
            for (name, value) in rows { shell.print("\(name.padded(15)) \(value)\n") }
        }
    }
}
