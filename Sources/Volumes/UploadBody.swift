import Lifetime
import System
import Wire

/// The bytes of an upload to libvirt, which wants to know a volume's size before the first byte.
/// If the client gives no length, they are stored in a file of the session's directory first.
final class UploadBody {
    /// In bytes.
    let length: UInt64
    private let wire: Wire
    /// `nil` if the bytes come from the client directly.
    private let stored: StoredFile?

    /// A file in a class, because an optional noncopyable value of a class cannot be used.
    private final class StoredFile {
        let descriptor: FileDescriptor
        init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }
    }

    init(_ upload: VolumeUpload, _ wire: Wire) throws {
        self.wire = wire
        if let length = upload.length.count {
            self.length = length
            stored = nil
            return
        }
        // Without a name, the file vanishes with its descriptor.
        let file = try AtomicFile(in: Directory("."))
        var length: UInt64 = 0
        try wire.readBody { piece in
            try file.descriptor.write(piece)
            length += UInt64(piece.count)
        }
        self.length = length
        stored = StoredFile(try file.descriptor.duplicate())
    }

    /// Passes all bytes to `consume` in pieces.
    func read(_ consume: (ArraySlice<UInt8>) throws -> Void) throws {
        guard let stored else { return try wire.readBody(consume) }
        var offset: Int64 = 0
        while true {
            let piece = try stored.descriptor.bytes(at: offset, atMost: 1 << 20)
            if piece.isEmpty { return }
            offset += Int64(piece.count)
            try consume(piece[...])
        }
    }
}
