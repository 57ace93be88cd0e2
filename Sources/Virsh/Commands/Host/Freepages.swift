import Libvirt
import Policy
import XML

extension Command {
    /// virsh 9.0.0: `cmdFreepages` in virsh-host.c.
    static let freepages = Command(
        "freepages", .host, help: "print the number of free pages in NUMA cells"
    ) { options in
        let cellno = options.number("cellno", "NUMA cell; -1 for the sum of all", as: .int32)
        let limit = UInt64(UInt32.max)
        let pagesize = options.number(
            "pagesize", "page size, in KiB without a suffix",
            as: .scaled(1024, max: options.version < .manyPages ? limit : limit * 1024))
        let all = options.flag("all", "every NUMA cell")

        return { shell, given in
            try given.exclusive(all, cellno)
            let size = try given[pagesize].map(kibibytes)
            if try given[all] { return try shell.printFreePagesOfCells(size) }
            guard let cell = try given[cellno] else {
                throw CommandFailure("missing cellno argument")
            }
            guard cell >= -1 else {
                throw CommandFailure("cell number must be non-negative integer or -1")
            }
            guard let size else { throw CommandFailure("missing pagesize argument") }
            guard let pages = try shell.freePages(ofSizes: [size], cell: cell) else {
                throw CommandFailure(
                    "Could not get count of free \(size)KiB pages, no data returned")
            }
            shell.print(pages)
        }
    }
}

/// Converts bytes to KiB, rounded up.
func kibibytes(_ bytes: UInt64) -> UInt32 {
    UInt32(truncatingIfNeeded: bytes / 1024 + (bytes % 1024 > 0 ? 1 : 0))
}

extension Shell {
    /// A line for each size; `nil` if libvirt does not know all of them, which an older virsh does
    /// not notice.
    fileprivate func freePages(ofSizes sizes: [UInt32], cell: Int32) throws -> String? {
        let (counts, known) = try connection.freePages(ofSizesKiB: sizes, cell: cell)
        guard known >= sizes.count || version < .manyPages else { return nil }
        // virsh prints the unsigned counts with %lld.
        return zip(sizes, counts).reduce("") { $0 + "\($1.0)KiB: \(Int64(bitPattern: $1.1))\n" }
    }

    fileprivate func printFreePagesOfCells(_ size: UInt32?) throws {
        let root = try capabilitiesRoot(
            orElse: "unable to get node capabilities", orElse: "unable to parse node capabilities")
        let sizes = try size.map { [$0] } ?? pageSizes(root)
        var isComplete = true
        for cell in try root.nodes("/capabilities/host/topology/cells/cell") {
            let id = cell["id"] ?? ""
            guard let number = signedNumber(id).flatMap({ Int32(exactly: $0) }) else {
                throw CommandFailure("unable to parse numa node id: \(id)")
            }
            if let pages = try freePages(ofSizes: sizes, cell: number) {
                print("Node \(number):\n\(pages)\n")
            } else {
                printError("Did not get all free page data for node \(number)")
                isComplete = false
            }
        }
        if !isComplete { throw CommandFailure.silent }
    }
}

extension LibvirtVersion {
    /// A virsh that notices page sizes of which libvirt has no count, and accepts all sizes. Which
    /// version between 9.0 and 11.3 was the first is not known.
    fileprivate static let manyPages = LibvirtVersion(9, 1)
}

/// The page sizes that the host supports, in KiB.
private func pageSizes(_ root: Node) throws -> [UInt32] {
    var nodes = try root.nodes("/capabilities/host/cpu/pages")
    if nodes.isEmpty { nodes = try root.nodes("/capabilities/host/topology/cells/cell/pages") }
    guard !nodes.isEmpty else {
        throw CommandFailure("could not get information about supported page sizes")
    }
    let sizes = try nodes.map { node in
        let size = node["size"] ?? ""
        guard let number = unsignedNumber(size).flatMap({ UInt32(exactly: $0) }) else {
            throw CommandFailure("unable to parse page size: \(size)")
        }
        return number
    }
    return Set(sizes).sorted()
}
