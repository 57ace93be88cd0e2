import CLibvirt
import Glibc

extension Domain {
    /// Whether the driver has I/O statistics of a disk, or with an empty name of all disks. A
    /// separate call, because virsh falls back to `oldBlockStatistics` only if this one fails.
    /// C: `virDomainBlockStatsFlags`.
    package func blockStatistics(_ disk: String) throws(LibvirtError) -> BlockStatistics {
        var count: Int32 = 0
        try check(virDomainBlockStatsFlags(pointer, disk, nil, &count, 0))
        return BlockStatistics(count: count)
    }

    /// Shows that a disk has statistics.
    package struct BlockStatistics: Sendable {
        /// How many parameters libvirt returns at most.
        let count: Int32
    }

    /// The statistics, e.g. `rd_bytes`. C: `virDomainBlockStatsFlags`.
    package func blockStatistics(
        _ disk: String, _ statistics: BlockStatistics
    ) throws(LibvirtError) -> [TypedParameter] {
        try readParameters(count: statistics.count) { (array, count) throws(LibvirtError) in
            try check(virDomainBlockStatsFlags(pointer, disk, array, count, 0))
        }
    }

    /// Reads, bytes read, writes, bytes written and errors, in this order; -1 if not known.
    /// C: `virDomainBlockStats`.
    package func oldBlockStatistics(_ disk: String) throws(LibvirtError) -> [Int64] {
        var numbers = virDomainBlockStatsStruct()
        // The size tells libvirt how many numbers this struct has: it may grow in later versions.
        try check(
            virDomainBlockStats(
                pointer, disk, &numbers, MemoryLayout<virDomainBlockStatsStruct>.size))
        return [
            numbers.rd_req, numbers.rd_bytes, numbers.wr_req, numbers.wr_bytes, numbers.errs,
        ]
    }

    /// The bytes, packets, errors and drops of a network interface, first those received, then
    /// those sent; -1 if not known. C: `virDomainInterfaceStats`.
    package func interfaceStatistics(_ interface: String) throws(LibvirtError) -> [Int64] {
        var numbers = virDomainInterfaceStatsStruct()
        try check(
            virDomainInterfaceStats(
                pointer, interface, &numbers,
                MemoryLayout<virDomainInterfaceStatsStruct>.size))
        return [
            numbers.rx_bytes, numbers.rx_packets, numbers.rx_errs, numbers.rx_drop,
            numbers.tx_bytes, numbers.tx_packets, numbers.tx_errs, numbers.tx_drop,
        ]
    }
}
