import CLibvirt
import Glibc

extension Domain {
    /// What went through a disk, or with an empty name through all. C: `virDomainBlockStatsFlags`.
    package func blockStatistics(_ disk: String) throws(LibvirtError) -> BlockStatistics {
        var count: Int32 = 0
        try check(virDomainBlockStatsFlags(pointer, disk, nil, &count, 0))
        return BlockStatistics(count: count)
    }

    /// That a disk has statistics, and how many.
    package struct BlockStatistics: Sendable {
        let count: Int32
    }

    /// The numbers themselves. C: `virDomainBlockStatsFlags`.
    package func blockStatistics(
        _ disk: String, _ statistics: BlockStatistics
    ) throws(LibvirtError) -> [TypedParameter] {
        try readParameters(count: statistics.count) { (array, count) throws(LibvirtError) in
            try check(virDomainBlockStatsFlags(pointer, disk, array, count, 0))
        }
    }

    /// Reads, bytes read, writes, bytes written, errors; -1 for what is not known.
    /// C: `virDomainBlockStats`.
    package func oldBlockStatistics(_ disk: String) throws(LibvirtError) -> [Int64] {
        var numbers = virDomainBlockStatsStruct()
        try check(
            virDomainBlockStats(
                pointer, disk, &numbers, MemoryLayout<virDomainBlockStatsStruct>.size))
        return [
            numbers.rd_req, numbers.rd_bytes, numbers.wr_req, numbers.wr_bytes, numbers.errs,
        ]
    }

    /// What went through a network interface: bytes, packets, errors and drops, first received,
    /// then sent; -1 for what is not known. C: `virDomainInterfaceStats`.
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
