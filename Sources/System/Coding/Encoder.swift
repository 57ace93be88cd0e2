import CArchive

/// Encodes bytes as zstd.
package final class Encoder {
    private let sink: Sink
    private let encoder: OpaquePointer

    /// Gets the encoded bytes from C.
    private final class Sink {
        let write: (ArraySlice<UInt8>) throws -> Void
        /// What `write` has thrown.
        var error: (any Error)?

        init(_ write: @escaping (ArraySlice<UInt8>) throws -> Void) { self.write = write }
    }

    /// `write` gets the encoded bytes in pieces.
    package init(_ write: @escaping (ArraySlice<UInt8>) throws -> Void) throws {
        try Encoding.zstd.requireLibrary()
        sink = Sink(write)
        guard let encoder = atex_encoder_new() else { throw CodingError(message: "no memory") }
        self.encoder = encoder
        let context = Unmanaged.passUnretained(sink).toOpaque()
        let opened = atex_encoder_open(
            encoder,
            { context, bytes, count in
                guard let context else { return -1 }
                let sink = Unmanaged<Sink>.fromOpaque(context).takeUnretainedValue()
                // C also ends after an error, and must not write more then.
                guard sink.error == nil else { return -1 }
                do {
                    try sink.write(Array(UnsafeRawBufferPointer(start: bytes, count: count))[...])
                    return 0
                } catch {
                    sink.error = error
                    return -1
                }
            }, context)
        guard opened == 0 else { throw failure }
    }

    deinit { atex_encoder_close(encoder) }

    /// Encodes more bytes. Throws a `CodingError`, or what `write` threw.
    package func add(_ bytes: ArraySlice<UInt8>) throws {
        let added = bytes.withUnsafeBytes { atex_encoder_add(encoder, $0.baseAddress, $0.count) }
        guard added == 0 else { throw failure }
    }

    /// Passes on what has not been passed on yet.
    package func finish() throws {
        guard atex_encoder_finish(encoder) == 0 else { throw failure }
    }

    private var failure: any Error {
        if let error = sink.error { return error }
        return CodingError(message: String(cString: atex_encoder_error(encoder)))
    }
}
