import CArchive
import CLzma
import CZlib

/// How bytes are compressed.
package enum Encoding: String, CaseIterable, Sendable {
    case gzip, xz, zstd

    /// The number of first bytes that `recognized` needs.
    package static let headLength = 6

    /// The encoding of bytes that begin with these; `nil` if they look like none.
    package static func recognized(_ head: [UInt8]) -> Encoding? {
        // A zstd stream may begin with a frame that is to be skipped.
        if head.count > 3, head[0] & 0xF0 == 0x50, head[1...3] == [0x2A, 0x4D, 0x18] {
            return .zstd
        }
        return allCases.first { head.starts(with: $0.magic) }
    }

    private var magic: [UInt8] {
        switch self {
        case .gzip: [0x1F, 0x8B, 0x08]
        case .xz: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]
        case .zstd: [0x28, 0xB5, 0x2F, 0xFD]
        }
    }

    /// Why the library that it needs cannot be loaded; `nil` if it is loaded.
    package var libraryProblem: String? {
        let problem =
            switch self {
            case .gzip: atex_libz_problem()
            case .xz: atex_liblzma_problem()
            case .zstd: atex_libarchive_problem()
            }
        return problem.map { String(cString: $0) }
    }

    /// Fails if that library cannot be loaded.
    package func requireLibrary() throws(LibraryError) {
        guard let libraryProblem else { return }
        throw LibraryError(message: libraryProblem)
    }
}

/// Bytes cannot be decoded or encoded.
package struct CodingError: Error {
    /// E.g. `they end too early`, or the library's own message.
    package let message: String
}
