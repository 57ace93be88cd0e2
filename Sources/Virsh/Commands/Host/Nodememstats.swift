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
            // Since 12.3, which adds `available`, the columns are as wide as their cells.
            let isOld = shell.version < .init(12, 3)
            let nameWidth = isOld ? 7 : values.map(\.name.utf8.count).max() ?? 0
            let valueWidth =
                isOld ? 20 : 2 + (values.map { "\($0.valueKiB)".utf8.count }.max() ?? 0)
            for (name, value) in values {
                let number = "\(value)".aligned(valueWidth)
                shell.print("\(name.padded(nameWidth)): \(number) KiB\n")
            }
        }
    }
}
