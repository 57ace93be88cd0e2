import CHost
import Glibc
import Synchronization

/// The SHA-256 of bytes that come piece by piece. C: `gnutls_hash_hd_t`.
package struct Checksum: ~Copyable {
    private let hash: UnsafeMutableRawPointer

    /// C: `gnutls_hash_init`; fails where the host forbids the algorithm.
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

    /// 64 hexadecimal digits in lower case. C: `gnutls_hash_deinit`.
    package consuming func finish() -> String {
        let hash = self.hash
        discard self
        var digest = [UInt8](repeating: 0, count: 32)
        atex_sha256_end(hash, &digest)
        return digest.reduce(into: "") { text, byte in
            text += byte < 16 ? "0" : ""
            text += String(byte, radix: 16)
        }
    }
}

/// The SHA-256 of a file that is still being written, computed meanwhile on a thread of its own: it
/// reads what was written, so it tells of what the file has, and does not hold up who writes.
package final class FileChecksum: Sendable {
    private let file: Int32
    private let written = Atomic<Int64>(0)
    private let isAbandoned = Atomic(false)
    // Safe to share: it is made to be.
    nonisolated(unsafe) private let wake = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
    private let result = Mutex<Result<String, SystemError>>(
        .failure(SystemError(number: EAGAIN)))
    /// Whether all is written.
    private let isComplete = Atomic(false)

    /// Of a file that stays open as long as this.
    private init(_ file: borrowing File) {
        self.file = file.descriptor
        sem_init(wake, 0, 0)
    }

    deinit {
        sem_destroy(wake)
        wake.deallocate()
    }

    /// Runs `write`, which calls `advance(to:)` as the file grows from its start on, and returns 64
    /// hexadecimal digits for the bytes up to where it came.
    package static func following(
        _ file: borrowing File, while write: (FileChecksum) throws -> Void
    ) throws -> String {
        let checksum = FileChecksum(file)
        let run: @Sendable () -> Void = { checksum.run() }
        try alongside(run) {
            defer { sem_post(checksum.wake) }
            do { try write(checksum) } catch {
                checksum.isAbandoned.store(true, ordering: .relaxed)
                throw error
            }
            checksum.isComplete.store(true, ordering: .releasing)
        }
        return try checksum.result.withLock { $0 }.get()
    }

    /// Says that the first `count` bytes of the file are what they will be.
    package func advance(to count: Int64) {
        written.store(count, ordering: .releasing)
        sem_post(wake)
    }

    private func run() {
        let ended: Result<String, SystemError>
        do throws(SystemError) { ended = .success(try hash()) } catch { ended = .failure(error) }
        result.withLock { $0 = ended }
    }

    private func hash() throws(SystemError) -> String {
        let checksum = try Checksum()
        var chunk = [UInt8](repeating: 0, count: 1 << 18)
        var place: Int64 = 0
        while !isAbandoned.load(ordering: .relaxed) {
            // In this order: what is complete grows no more.
            let isLast = isComplete.load(ordering: .acquiring)
            let end = written.load(ordering: .acquiring)
            if place < end {
                let wanted = Int(min(Int64(chunk.count), end - place))
                let count = pread(file, &chunk, wanted, off_t(place))
                if count < 0, errno == EINTR { continue }
                guard count > 0 else {
                    throw count < 0 ? .last : SystemError(number: EIO)
                }
                try checksum.update(chunk[..<count])
                place += Int64(count)
            } else if isLast {
                return checksum.finish()
            } else {
                sem_wait(wake)
            }
        }
        return ""
    }
}
