import Confinement
import Lifetime
import System

/// The content of an upload to libvirt, which wants to know a volume's size before the first byte.
/// If that is not known, the content is stored in a file of the session's directory first.
final class UploadBody {
    /// In bytes.
    let length: UInt64
    private let content: UploadContent
    /// `nil` if the bytes come from the client directly.
    private let stored: StoredFile?

    /// A file in a class, because an optional noncopyable value of a class cannot be used.
    private final class StoredFile {
        let descriptor: FileDescriptor
        init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }
    }

    /// The SHA-256 of the bytes as they were sent; see `UploadContent`.
    var encodedChecksum: String? { content.encodedChecksum }

    init(_ content: UploadContent) throws {
        self.content = content
        if let length = content.length {
            self.length = length
            stored = nil
            return
        }
        // Without a name, the file vanishes with its descriptor.
        let file = try AtomicFile(in: Directory("."))
        var length: UInt64 = 0
        try content.read { piece in
            // Zeros may be much more than the directory has room for.
            for extent in extents(of: piece, at: Int64(length)) where !extent.isZero {
                let offset = Int64(length) + Int64(extent.range.lowerBound - piece.startIndex)
                try file.descriptor.write(piece[extent.range], at: offset)
            }
            length += UInt64(piece.count)
        }
        try file.descriptor.setSize(Int64(length))
        self.length = length
        stored = StoredFile(try file.descriptor.duplicate())
    }

    /// Passes all bytes to `consume` in pieces.
    func read(_ consume: (ArraySlice<UInt8>) throws -> Void) throws {
        guard let stored else { return try content.read(consume) }
        var offset: Int64 = 0
        while true {
            let piece = try stored.descriptor.bytes(at: offset, atMost: 1 << 20)
            if piece.isEmpty { return }
            offset += Int64(piece.count)
            try consume(piece[...])
        }
    }
}
