import CGnuTLS
import Glibc

/// A C library that is loaded when it is needed cannot be loaded.
package struct LibraryError: Error {
    /// Names the library and its package.
    package let message: String
}

/// Computes the SHA-256 of bytes that arrive in pieces. C: `gnutls_hash_hd_t`.
package struct Checksum: ~Copyable {
    private let hash: UnsafeMutableRawPointer

    /// Why GnuTLS cannot be loaded; `nil` if it is loaded.
    package static var libraryProblem: String? {
        atex_libgnutls_problem().map { String(cString: $0) }
    }

    /// Fails if GnuTLS cannot be loaded. Call this before the first checksum.
    package static func requireLibrary() throws(LibraryError) {
        guard let libraryProblem else { return }
        throw LibraryError(message: libraryProblem)
    }

    /// Throws `ENOTSUP` if the host forbids the algorithm. C: `gnutls_hash_init`.
    package init() throws(SystemError) {
        guard let hash = atex_sha256_begin() else { throw SystemError(number: ENOTSUP) }
        self.hash = hash
    }

    deinit { atex_sha256_end(hash, nil) }

    /// C: `gnutls_hash`.
    package func update(_ bytes: ArraySlice<UInt8>) throws(SystemError) {
        let failed = bytes.withUnsafeBytes {
            atex_sha256_update(hash, $0.baseAddress, UInt($0.count)) != 0
        }
        if failed { throw SystemError(number: EIO) }
    }

    /// The checksum as 64 hexadecimal digits in lower case. C: `gnutls_hash_deinit`.
    package consuming func finish() -> String {
        let hash = self.hash
        discard self  // deinit would free the hash a second time
        var digest = [UInt8](repeating: 0, count: 32)
        atex_sha256_end(hash, &digest)
        return digest.reduce(into: "") { text, byte in
            text += byte < 16 ? "0" : ""
            text += String(byte, radix: 16)
        }
    }
}
