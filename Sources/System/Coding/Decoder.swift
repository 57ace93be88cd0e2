import CArchive
import CLzma
import CZlib

/// Decodes bytes that arrive in pieces. All of them must be encoded: what is cut off, or followed
/// by other bytes, is an error, and so is a wrong checksum.
package final class Decoder {
    private let source: Source
    private let library: Library

    private enum Library {
        case zlib(OpaquePointer)
        case lzma(OpaquePointer)
        case archive(OpaquePointer)
    }

    /// Passes the encoded bytes to C.
    private final class Source {
        let next: () throws -> ArraySlice<UInt8>?
        /// What `next` has thrown.
        var error: (any Error)?
        /// C uses the bytes until it asks for more.
        var piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 0, alignment: 1)

        init(_ next: @escaping () throws -> ArraySlice<UInt8>?) { self.next = next }
        deinit { piece.deallocate() }

        /// The number of bytes that are now in `piece`; 0 at the end, -1 on failure.
        func fill() -> Int {
            do {
                // Copied: the slice shares the buffer into which the next bytes are read.
                guard let bytes = try next() else { return 0 }
                if bytes.count > piece.count {
                    piece.deallocate()
                    piece = .allocate(byteCount: bytes.count, alignment: 1)
                }
                piece.copyBytes(from: bytes)
                return bytes.count
            } catch {
                self.error = error
                return -1
            }
        }
    }

    /// What xz data may make liblzma use, in bytes: enough for a dictionary of 128 MiB, and so for
    /// what `xz -9` writes. libzstd permits a window of 128 MiB by itself, and gzip needs 32 KiB.
    private static let memoryLimit: UInt64 = 130 << 20

    /// `next` returns the encoded bytes in pieces that are not empty; `nil` at their end.
    package init(
        _ encoding: Encoding, _ next: @escaping () throws -> ArraySlice<UInt8>?
    ) throws {
        try encoding.requireLibrary()
        source = Source(next)
        let context = Unmanaged.passUnretained(source).toOpaque()
        let fill:
            @convention(c) (UnsafeMutableRawPointer?, UnsafeMutablePointer<UnsafeRawPointer?>?)
                -> Int = { context, bytes in
                    guard let context else { return -1 }
                    let source = Unmanaged<Source>.fromOpaque(context).takeUnretainedValue()
                    let count = source.fill()
                    bytes?.pointee = UnsafeRawPointer(source.piece.baseAddress)
                    return count
                }
        switch encoding {
        case .gzip:
            guard let decoder = atex_gzip_open(fill, context) else {
                throw CodingError(message: "no memory")
            }
            library = .zlib(decoder)
        case .xz:
            guard let decoder = atex_xz_open(Self.memoryLimit, fill, context) else {
                throw CodingError(message: "no memory")
            }
            library = .lzma(decoder)
        case .zstd:
            guard let decoder = atex_decoder_new() else { throw CodingError(message: "no memory") }
            library = .archive(decoder)
            guard atex_decoder_open(decoder, fill, context) == 0 else { throw failure }
        }
    }

    deinit {
        switch library {
        case .zlib(let decoder): atex_gzip_close(decoder)
        case .lzma(let decoder): atex_xz_close(decoder)
        case .archive(let decoder): atex_decoder_close(decoder)
        }
    }

    /// The next decoded bytes; `nil` at their end. Throws a `CodingError`, or what the source
    /// threw.
    package func next() throws -> [UInt8]? {
        var bytes: UnsafeRawPointer?
        let count =
            switch library {
            case .zlib(let decoder): atex_gzip_next(decoder, &bytes)
            case .lzma(let decoder): atex_xz_next(decoder, &bytes)
            case .archive(let decoder): atex_decoder_next(decoder, &bytes)
            }
        guard count >= 0 else { throw failure }
        if count == 0 { return nil }
        return Array(UnsafeRawBufferPointer(start: bytes, count: count))
    }

    private var failure: any Error {
        if let error = source.error { return error }
        let message =
            switch library {
            case .zlib(let decoder): atex_gzip_error(decoder)
            case .lzma(let decoder): atex_xz_error(decoder)
            case .archive(let decoder): atex_decoder_error(decoder)
            }
        return CodingError(message: message.map { String(cString: $0) } ?? "unknown error")
    }
}
