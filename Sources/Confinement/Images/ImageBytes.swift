/// The bytes of a disk image, wherever they are.
package struct ImageBytes {
    package let size: UInt64
    private let read: (_ offset: UInt64, _ count: Int) throws -> [UInt8]

    /// `read` returns fewer bytes at the end of the image.
    package init(
        size: UInt64, read: @escaping (_ offset: UInt64, _ count: Int) throws -> [UInt8]
    ) {
        self.size = size
        self.read = read
    }

    /// An image in memory.
    package init(_ bytes: [UInt8]) {
        self.init(size: UInt64(bytes.count)) { offset, count in
            guard offset < UInt64(bytes.count) else { return [] }
            return Array(bytes[Int(offset)...].prefix(count))
        }
    }

    /// At most `count` bytes at the start of the image.
    func head(_ count: Int) throws -> [UInt8] { Array(try read(0, count).prefix(count)) }
}
