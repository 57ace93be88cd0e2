/// Reads numbers of most-significant-byte-first formats, and never past the end.
struct BigEndian {
    let bytes: [UInt8]

    /// `nil` past the end.
    func number<Value: FixedWidthInteger & UnsignedInteger>(at offset: Int) -> Value? {
        let size = MemoryLayout<Value>.size
        guard offset >= 0, bytes.count >= size, offset <= bytes.count - size else { return nil }
        return bytes[offset..<offset + size].reduce(0) { $0 << 8 | Value($1) }
    }

    /// `nil` unless all of them are there.
    func bytes(at offset: Int, _ count: Int) -> ArraySlice<UInt8>? {
        guard offset >= 0, count >= 0, offset <= bytes.count, count <= bytes.count - offset else {
            return nil
        }
        return bytes[offset..<offset + count]
    }
}
