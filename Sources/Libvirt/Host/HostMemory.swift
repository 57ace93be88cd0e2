import CLibvirt

extension Connection {
    /// Stands for all NUMA cells of the host. C: `VIR_NODE_MEMORY_STATS_ALL_CELLS`.
    package static let allCells: Int32 = -1

    /// The host's free memory in bytes. C: `virNodeGetFreeMemory`.
    package func freeMemory() throws(LibvirtError) -> UInt64 {
        let bytes = virNodeGetFreeMemory(pointer)
        guard bytes > 0 else { throw .takeLast() }  // 0 is how this call reports an error
        return bytes
    }

    /// The free memory of a NUMA cell in bytes. C: `virNodeGetCellsFreeMemory`.
    package func freeMemory(ofCell cell: Int32) throws(LibvirtError) -> UInt64 {
        var bytes: UInt64 = 0
        // Returns how many cells it filled in: 0 is a failure as well as -1.
        guard virNodeGetCellsFreeMemory(pointer, &bytes, cell, 1) == 1 else { throw .takeLast() }
        return bytes
    }

    /// How many pages of each size are free in a NUMA cell, or with `allCells` on the host; `known`
    /// is the number of counts that libvirt says it has filled in. (The test driver of 9.0 says 0.)
    /// C: `virNodeGetFreePages`.
    package func freePages(
        ofSizesKiB sizes: [UInt32], cell: Int32
    ) throws(LibvirtError) -> (counts: [UInt64], known: Int) {
        var sizes = sizes
        var counts = [UInt64](repeating: 0, count: sizes.count)
        let count = UInt32(sizes.count)
        let known = try check(virNodeGetFreePages(pointer, count, &sizes, cell, 1, &counts, 0))
        return (counts, Int(known))
    }

    /// Reserves memory of a NUMA cell as pages of a size: `count` of them in total, or with `adds`
    /// in addition; `allCells` means each cell. C: `virNodeAllocPages`.
    package func allocatePages(
        _ count: UInt64, ofSizeKiB size: UInt32, cell: Int32, adds: Bool
    ) throws(LibvirtError) {
        var size = size
        var count = count
        let flags = adds ? VIR_NODE_ALLOC_PAGES_ADD : VIR_NODE_ALLOC_PAGES_SET
        try check(virNodeAllocPages(pointer, 1, &size, &count, cell, 1, flags.rawValue))
    }

    /// How many values `memoryStatistics` returns at most. C: `virNodeGetMemoryStats`.
    package func memoryStatisticsCount(cell: Int32) throws(LibvirtError) -> Int32 {
        var count: Int32 = 0
        try check(virNodeGetMemoryStats(pointer, cell, nil, &count, 0))
        return count
    }

    /// The memory of a NUMA cell, or with `allCells` of the host, in KiB by name, e.g. `free`.
    /// C: `virNodeGetMemoryStats`.
    package func memoryStatistics(
        cell: Int32, count: Int32
    ) throws(LibvirtError) -> [(name: String, valueKiB: UInt64)] {
        var values = [virNodeMemoryStats](
            repeating: virNodeMemoryStats(), count: max(0, Int(count)))
        var count = Int32(values.count)
        try check(virNodeGetMemoryStats(pointer, cell, &values, &count, 0))
        return values.prefix(max(0, Int(count))).map { (String(field: $0.field), $0.value) }
    }

    /// How many parameters `memoryParameters` returns at most. C: `virNodeGetMemoryParameters`.
    package func memoryParameterCount() throws(LibvirtError) -> Int32 {
        var count: Int32 = 0
        try check(virNodeGetMemoryParameters(pointer, nil, &count, 0))
        return count
    }

    /// How the host merges pages with the same contents, e.g. `shm_pages_to_scan`.
    /// C: `virNodeGetMemoryParameters`.
    package func memoryParameters(count: Int32) throws(LibvirtError) -> [TypedParameter] {
        try readParameters(count: count) { (array, count) throws(LibvirtError) in
            try check(virNodeGetMemoryParameters(pointer, array, count, 0))
        }
    }

    /// Sets how the host merges pages; see `memoryParameters`. C: `virNodeSetMemoryParameters`.
    package func setMemoryParameters(_ parameters: [TypedParameter]) throws(LibvirtError) {
        try parameters.withC { (array, count) throws(LibvirtError) in
            try check(virNodeSetMemoryParameters(pointer, array, count, 0))
        }
    }
}
