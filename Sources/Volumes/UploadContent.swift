import Protocol
package import System
import Wire

/// How the bytes of an upload are encoded, as the client says.
package enum UploadEncoding: Hashable, Sendable {
    case plain
    /// In the encoding that their first bytes show, or not at all.
    case automatic
    case fixed(Encoding)

    /// What the client can say.
    package static let words = Encoding.allCases.map(\.rawValue) + ["auto"]

    /// One of `words`; `nil` if the client says nothing.
    package init(_ word: String?) {
        guard let word else {
            self = .plain
            return
        }
        self = Encoding(rawValue: word).map { .fixed($0) } ?? .automatic
    }
}

/// The content of an upload: the bytes of the body, decoded if they are encoded.
final class UploadContent {
    /// In bytes; `nil` if only the end of the body will show it.
    let length: UInt64?
    /// The bytes of the body that have been read.
    private(set) var received: UInt64 = 0
    /// The SHA-256 of the body, after the end; `nil` if it is not encoded, or if none is needed.
    private(set) var encodedChecksum: String?
    private let upload: VolumeUpload
    private let wire: Wire
    private let encoding: Encoding?

    /// Waits for the first bytes if they show the encoding.
    init(_ upload: VolumeUpload, _ wire: Wire) throws {
        self.upload = upload
        self.wire = wire
        encoding = try Self.encoding(upload, wire)
        length = encoding == nil ? upload.length.count : nil
    }

    private static func encoding(_ upload: VolumeUpload, _ wire: Wire) throws -> Encoding? {
        if upload.encoding == .plain { return nil }
        let found = Encoding.recognized(try wire.headOfBody(Encoding.headLength))
        if case .fixed(let encoding) = upload.encoding, found != encoding {
            throw RequestError(
                .badRequest,
                "the bytes for volume '\(upload.name.text)' are not \(encoding.rawValue) data"
                    + (found.map { ", but \($0.rawValue)" } ?? ""),
                object: upload.name.text, concernsBody: true)
        }
        return found
    }

    /// For messages: ` of 10 bytes`; empty if the length is not known.
    var ofBytes: String { length.map { " of \($0) bytes" } ?? "" }

    /// Passes all bytes to `consume` in pieces.
    func read(_ consume: (ArraySlice<UInt8>) throws -> Void) throws {
        guard let encoding else {
            return try wire.readBody { piece in
                received += UInt64(piece.count)
                try consume(piece)
            }
        }
        // In a class, because a closure that C calls cannot change a noncopyable variable.
        let checksum = try upload.sha256 == nil ? nil : SentChecksum()
        do {
            let decoder = try Decoder(encoding) { [self] in
                guard let piece = try wire.nextPieceOfBody() else { return nil }
                received += UInt64(piece.count)
                try checksum?.update(piece)
                return piece
            }
            while let piece = try decoder.next() { try consume(piece[...]) }
        } catch let error as CodingError {
            throw RequestError(
                .badRequest,
                "the bytes for volume '\(upload.name.text)' cannot be decoded as "
                    + "\(encoding.rawValue): \(error.message)", object: upload.name.text,
                concernsBody: true)
        }
        encodedChecksum = checksum?.finish()
    }

    private final class SentChecksum {
        private var running: Checksum?
        init() throws {
            try Checksum.requireLibrary()
            running = try Checksum()
        }
        func update(_ bytes: ArraySlice<UInt8>) throws(SystemError) { try running?.update(bytes) }
        func finish() -> String? { running.take()?.finish() }
    }
}
