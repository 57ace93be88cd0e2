import Libvirt
import Policy
import Text

extension Command {
    /// virsh 9.0.0: `cmdFreecell` in virsh-host.c.
    static let freecell = Command(
        "freecell", .host, help: "print the free memory of the host or its NUMA cells"
    ) { options in
        let cellno = options.number("cellno", "NUMA cell", as: .int32)
        let all = options.flag("all", "every NUMA cell")

        return { shell, given in
            try given.exclusive(all, cellno)
            let cell = try given[cellno]
            if try given[all] { return try shell.printFreeMemoryOfCells() }
            let connection = try shell.connection
            if let cell {
                let bytes = try connection.freeMemory(ofCell: cell)
                shell.print("\(cell): \(bytes / 1024) KiB\n")
            } else {
                shell.print("Total: \(try connection.freeMemory() / 1024) KiB\n")
            }
        }
    }
}

extension Shell {
    fileprivate func printFreeMemoryOfCells() throws {
        let connection = try connection
        // Query all cells before printing, so that a failure prints none of them.
        let cells = try numaCells().map { cell in
            let bytes = try explaining(
                "failed to get free memory for NUMA node number: \(cell)"
            ) { () throws(LibvirtError) in
                try connection.freeMemory(ofCell: Int32(truncatingIfNeeded: cell))
            }
            return (cell: cell, bytes: bytes)
        }
        func line(_ name: String, _ bytes: UInt64) -> String {
            "\(name.aligned(5)): \("\(bytes / 1024)".aligned(10)) KiB"
        }
        for (cell, bytes) in cells { print(line("\(cell)", bytes) + "\n") }
        printExtra("--------------------")
        printExtra(line("Total", cells.reduce(0) { $0 &+ $1.bytes }))
    }
}
