/// The table of the internal snapshots of a qcow2 image. QEMU: docs/interop/qcow2.txt.
enum QCOW2Snapshots {
    /// QEMU's limit.
    private static let countLimit: UInt32 = 65536
    /// Of an entry, without what has a length of its own.
    private static let entryLength = 40

    /// The size of the largest disk in a snapshot, in bytes: an image gets that size when a domain
    /// goes back to it. 0 without snapshots.
    static func largestDisk(in image: ImageBytes, of header: QCOW2Header) throws -> UInt64 {
        guard header.snapshotCount <= countLimit else {
            throw ImageProblem("is a qcow2 image with too many snapshots")
        }
        var largest: UInt64 = 0
        var offset = header.snapshotOffset
        for _ in 0..<header.snapshotCount {
            let entry = BigEndian(bytes: try image.bytes(at: offset, entryLength + 16))
            guard let identifier: UInt16 = entry.number(at: 12),
                let name: UInt16 = entry.number(at: 14),
                let extra: UInt32 = entry.number(at: 36)
            else { throw ImageProblem("has a truncated table of snapshots") }
            // Without it the disk has the size of the image's. The state of memory comes first.
            if extra >= 16 {
                guard let size: UInt64 = entry.number(at: entryLength + 8) else {
                    throw ImageProblem("has a truncated table of snapshots")
                }
                largest = max(largest, size)
            }
            let length = UInt64(entryLength) + UInt64(extra) + UInt64(identifier) + UInt64(name)
            // Each entry begins at a multiple of eight bytes. The offset is within the image.
            offset += (length + 7) / 8 * 8
            guard offset <= image.size else {
                throw ImageProblem("has a truncated table of snapshots")
            }
        }
        return largest
    }
}
