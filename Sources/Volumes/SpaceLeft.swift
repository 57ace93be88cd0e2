import Libvirt
import Protocol
import System
import Wire

/// The space left in a pool of files. libvirtd must not run into the end of it: version 11.3
/// crashes if the disk is full when a stream writes to it.
struct SpaceLeft {
    private var bytes = UInt64.max

    init(_ pool: Pool) throws(LibvirtError) {
        if pool.storesFiles { bytes = try pool.pool.info().available }
    }

    /// Accounts for bytes that are about to be written, and for the metadata that they need.
    mutating func reserve(_ count: Int, _ upload: VolumeUpload) throws {
        let needed = UInt64(count + count / 64)
        guard needed <= bytes else {
            throw RequestError(
                .noSpace,
                "the pool has no room for volume '\(upload.name.text)'\(upload.length.ofBytes)",
                object: upload.name.text)
        }
        // `.max` means that the space is not limited here, so there is nothing to count.
        if bytes != .max { bytes -= needed }
    }
}
