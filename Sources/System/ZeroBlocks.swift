import Glibc

/// A run of bytes that is either data or zeros, which a sparse file does not store.
package struct Extent: Hashable, Sendable {
    package let isZero: Bool
    /// Indices of the bytes that were split.
    package let range: Range<Int>

    package init(isZero: Bool, range: Range<Int>) {
        self.isZero = isZero
        self.range = range
    }
}

/// Splits bytes, which belong at byte `offset` of a file, into data and zeros. The unit is a block
/// of 4 KiB of the file, because file systems have no shorter holes. A partial block at either end
/// counts as a block.
package func extents(of bytes: ArraySlice<UInt8>, at offset: Int64) -> [Extent] {
    let size = 4096
    var extents: [Extent] = []
    bytes.withUnsafeBytes { all in
        var start = 0
        while start < all.count {
            // Up to the next block boundary of the file, not of the buffer.
            let length = min(size - Int((offset + Int64(start)) % Int64(size)), all.count - start)
            let isZero = isZero(UnsafeRawBufferPointer(rebasing: all[start..<start + length]))
            let first = bytes.startIndex + start
            if let last = extents.last, last.isZero == isZero {
                extents[extents.count - 1] = Extent(
                    isZero: isZero, range: last.range.lowerBound..<first + length)
            } else {
                extents.append(Extent(isZero: isZero, range: first..<first + length))
            }
            start += length
        }
    }
    return extents
}

/// Whether all bytes are zero: the first is, and each equals its predecessor.
/// C: `memcmp`, which compares many bytes at once.
private func isZero(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let start = bytes.baseAddress, bytes.count > 0 else { return true }
    return bytes[0] == 0 && memcmp(start, start + 1, bytes.count - 1) == 0
}
