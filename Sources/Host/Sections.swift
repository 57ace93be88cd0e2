import Glibc

/// A part of some bytes: data, or zeros that need not be stored.
package struct Section: Hashable, Sendable {
    package let isZero: Bool
    package let range: Range<Int>

    package init(isZero: Bool, range: Range<Int>) {
        self.isZero = isZero
        self.range = range
    }
}

/// Cuts bytes that stand at byte `offset` of a file into data and zeros, in blocks of 4 KiB of the
/// file: shorter zeros are holes in no file system. At both ends a part of a block counts as one.
package func sections(of bytes: ArraySlice<UInt8>, at offset: Int64) -> [Section] {
    let size = 4096
    var sections: [Section] = []
    bytes.withUnsafeBytes { all in
        var start = 0
        while start < all.count {
            let length = min(size - Int((offset + Int64(start)) % Int64(size)), all.count - start)
            let isZero = isZero(UnsafeRawBufferPointer(rebasing: all[start..<start + length]))
            let first = bytes.startIndex + start
            if let last = sections.last, last.isZero == isZero {
                sections[sections.count - 1] = Section(
                    isZero: isZero, range: last.range.lowerBound..<first + length)
            } else {
                sections.append(Section(isZero: isZero, range: first..<first + length))
            }
            start += length
        }
    }
    return sections
}

/// Whether there is nothing but zeros: the first byte is one, and each equals that before it.
/// C: `memcmp`, which compares many at once.
private func isZero(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let start = bytes.baseAddress, bytes.count > 0 else { return true }
    return bytes[0] == 0 && memcmp(start, start + 1, bytes.count - 1) == 0
}
