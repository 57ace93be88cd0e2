import Libvirt
import Policy
import Text

extension Command {
    /// virsh 9.0.0: `cmdNodeMemStats` in virsh-host.c.
    static let nodememstats = Command(
        "nodememstats", .host, help: "print the memory usage of the host in KiB"
    ) { options in
        let cell = options.number("cell", "print only this NUMA cell", as: .int32)

        return { shell, given in
            let cell = try given[cell] ?? Connection.allCells
            let connection = try shell.connection
            let count = try shell.explaining("Unable to get number of memory stats") {
                () throws(LibvirtError) in try connection.memoryStatisticsCount(cell: cell)
            }
            guard count > 0 else { return }
            let values = try shell.explaining("Unable to get memory stats") {
                () throws(LibvirtError) in
                try connection.memoryStatistics(cell: cell, count: count)
            }
            for (name, value) in values {
                shell.print("\(name.padded(7)): \("\(value)".aligned(20)) KiB\n")
            }
        }
    }
}
