import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdAllocpages` in virsh-host.c.
    static let allocpages = Command(
        "allocpages", .never, help: "set the number of huge pages that are reserved for guests"
    ) { options in
        let pagesize = options.requiredNumber(
            "pagesize", "page size, in KiB without a suffix",
            as: .scaled(1024, max: UInt64(UInt32.max) * 1024))
        let pagecount = options.requiredNumber("pagecount", "number of pages", as: .uint64)
        let cellno = options.number("cellno", "NUMA cell", as: .int32)
        let add = options.flag("add", "add this number to the existing pages")
        let all = options.flag("all", "in every NUMA cell")

        return { shell, given in
            try given.exclusive(all, cellno)
            let cell = try given[cellno] ?? Connection.allCells
            let size = kibibytes(try given[pagesize])
            let count = try given[pagecount]
            let adds = try given[add]
            let connection = try shell.connection
            let cells =
                try given[all]
                ? shell.numaCells().map { Int32(truncatingIfNeeded: $0) } : [cell]
            for cell in cells {
                try connection.allocatePages(count, ofSizeKiB: size, cell: cell, adds: adds)
            }
        }
    }
}
