import CLibvirt
import Glibc

extension Domain {
    /// How a disk is resized. C: `virDomainBlockResizeFlags`.
    package struct BlockResizeFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        /// The size is in bytes, not in KiB. C: `VIR_DOMAIN_BLOCK_RESIZE_BYTES`.
        package static let bytes = Self(rawValue: VIR_DOMAIN_BLOCK_RESIZE_BYTES.rawValue)
        /// To the size of the block device. C: `VIR_DOMAIN_BLOCK_RESIZE_CAPACITY`.
        package static let capacity = Self(rawValue: 1 << 1)
        /// Only to a larger size. C: `VIR_DOMAIN_BLOCK_RESIZE_EXTEND`.
        package static let extend = Self(rawValue: 1 << 2)
    }

    /// Sets the size of a disk of a running guest. C: `virDomainBlockResize`.
    package func resizeBlock(
        _ disk: String, to size: UInt64, _ flags: BlockResizeFlags
    ) throws(LibvirtError) {
        try check(virDomainBlockResize(pointer, disk, size, flags.rawValue))
    }

    /// A disk's sizes in bytes. C: `virDomainBlockInfo`.
    package struct BlockInfo: Sendable {
        /// What the guest sees.
        package let capacity: UInt64
        /// What the disk uses on the host.
        package let allocation: UInt64
        /// The size of the file or device that holds the disk.
        package let physical: UInt64

        package init(capacity: UInt64, allocation: UInt64, physical: UInt64) {
            self.capacity = capacity
            self.allocation = allocation
            self.physical = physical
        }
    }

    /// The sizes of a disk, named by target, e.g. `vda`, or by source. C: `virDomainGetBlockInfo`.
    package func blockInfo(_ disk: String) throws(LibvirtError) -> BlockInfo {
        var info = virDomainBlockInfo()
        try check(virDomainGetBlockInfo(pointer, disk, &info, 0))
        return BlockInfo(
            capacity: info.capacity, allocation: info.allocation, physical: info.physical)
    }

    /// Why a disk failed. C: `virDomainDiskErrorCode`.
    package enum DiskError: Int32, Sendable {
        /// C: `VIR_DOMAIN_DISK_ERROR_NONE`.
        case noError
        /// C: `VIR_DOMAIN_DISK_ERROR_UNSPEC`.
        case unspecified
        /// C: `VIR_DOMAIN_DISK_ERROR_NO_SPACE`.
        case noSpace
    }

    /// The disks that failed, by target, e.g. `vda`; an error that is not known here is `nil`.
    /// C: `virDomainGetDiskErrors`.
    package func diskErrors() throws(LibvirtError) -> [(disk: String, error: DiskError?)] {
        // Without an array, the call returns how many disks there are.
        let count = try check(virDomainGetDiskErrors(pointer, nil, 0, 0))
        guard count > 0 else { return [] }
        var array = [virDomainDiskError](repeating: virDomainDiskError(), count: Int(count))
        defer { for error in array { free(error.disk) } }  // we must free the names
        // Fills only the disks that failed; the other entries keep NULL, which free() ignores.
        let filled = try check(virDomainGetDiskErrors(pointer, &array, UInt32(count), 0))
        return array.prefix(Int(filled)).map { error in
            (text(error.disk) ?? "", DiskError(rawValue: error.error))
        }
    }

    /// Requests an event `.blockThreshold` when the guest writes beyond this offset of a disk.
    /// C: `virDomainSetBlockThreshold`.
    package func setBlockThreshold(_ disk: String, bytes: UInt64) throws(LibvirtError) {
        try check(virDomainSetBlockThreshold(pointer, disk, bytes, 0))
    }
}
