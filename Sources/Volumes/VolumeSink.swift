package import System
package import Wire

/// Takes the bytes of a volume, in order.
package protocol VolumeSink: AnyObject {
    func take(_ bytes: ArraySlice<UInt8>) throws
    /// A range of a file; returns how many bytes the file has of it.
    func take(_ range: Range<Int64>, of file: borrowing FileDescriptor) throws -> Int64
}

extension VolumeSink {
    /// The bytes that a hole represents.
    func takeZeros(_ count: Int64) throws {
        let zeros = [UInt8](repeating: 0, count: Int(min(count, 1 << 18)))
        var left = count
        while left > 0 {
            let part = min(left, Int64(zeros.count))
            try take(zeros[..<Int(part)])
            left -= part
        }
    }
}

/// The client, to which a reply has announced the bytes.
extension Wire: VolumeSink {
    package func take(_ bytes: ArraySlice<UInt8>) throws { try writeBody(bytes) }

    package func take(
        _ range: Range<Int64>, of file: borrowing FileDescriptor
    ) throws -> Int64 { try writeBody(range, of: file) }
}
