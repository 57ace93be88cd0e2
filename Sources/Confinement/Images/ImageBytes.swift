package import System

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

    /// The content of an open file.
    package init(of file: borrowing FileDescriptor) throws(SystemError) {
        let file = FileBox(try file.duplicate())
        self.init(size: UInt64(clamping: try file.descriptor.status().size)) { offset, count in
            try file.descriptor.bytes(at: Int64(clamping: offset), atMost: count)
        }
    }

    /// A file in a class, because closures cannot capture noncopyable values.
    private final class FileBox {
        let descriptor: FileDescriptor
        init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }
    }

    /// This image with its first bytes replaced by another one.
    package func overlaid(by top: ImageBytes) -> ImageBytes {
        ImageBytes(size: max(size, top.size)) { offset, count in
            var bytes = Array(try read(offset, count).prefix(count))
            let covering = offset < top.size ? try top.read(offset, count).prefix(count) : []
            bytes.replaceSubrange(..<min(bytes.count, covering.count), with: covering)
            return bytes
        }
    }

    /// At most `count` bytes at the start of the image.
    func head(_ count: Int) throws -> [UInt8] { try bytes(at: 0, count) }

    /// At most `count` bytes; fewer at the end of the image.
    func bytes(at offset: UInt64, _ count: Int) throws -> [UInt8] {
        Array(try read(offset, count).prefix(count))
    }
}
