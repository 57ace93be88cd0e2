import Glibc
import Synchronization

/// Computes the SHA-256 of a file while it is written. A thread of its own reads what has been
/// written, so that the checksum covers what the file really contains and does not slow the writer.
package final class FileChecksum: Sendable {
    /// Not owned: `following` keeps the file open until the thread has ended.
    private let file: Int32
    /// The bytes written so far. Published before `wake` is posted.
    private let written = Atomic<Int64>(0)
    private let isAbandoned = Atomic(false)
    /// Whether the writer is done; set after the last change of `written`.
    private let isComplete = Atomic(false)
    // Safe to share: semaphores are made for use by several threads.
    nonisolated(unsafe) private let wake = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
    /// Set once, by the thread, before it ends.
    private let result = Mutex<Result<String, SystemError>>(
        .failure(SystemError(number: EAGAIN)))

    private init(_ file: borrowing FileDescriptor) {
        self.file = file.number
        sem_init(wake, 0, 0)
    }

    deinit {
        sem_destroy(wake)
        wake.deallocate()
    }

    /// Runs `write`, which calls `advance(to:)` as the file grows, and returns 64 hexadecimal
    /// digits for the bytes up to the last advance.
    package static func following(
        _ file: borrowing FileDescriptor, while write: (FileChecksum) throws -> Void
    ) throws -> String {
        try Checksum.requireLibrary()
        let checksum = FileChecksum(file)
        let run: @Sendable () -> Void = { checksum.run() }
        // Joins the thread also if `write` throws: the thread must not read a closed descriptor.
        try runConcurrently(run) {
            // Runs after the flags below are set, so that the thread sees them when it wakes.
            defer { sem_post(checksum.wake) }
            do { try write(checksum) } catch {
                checksum.isAbandoned.store(true, ordering: .relaxed)
                throw error
            }
            checksum.isComplete.store(true, ordering: .releasing)
        }
        // Still EAGAIN if the thread could not be created.
        return try checksum.result.withLock { $0 }.get()
    }

    /// Reports that the first `count` bytes of the file are final.
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
            // Load in this order: once `isComplete` is set, `written` is final.
            let isLast = isComplete.load(ordering: .acquiring)
            let end = written.load(ordering: .acquiring)
            if place < end {
                let wanted = Int(min(Int64(chunk.count), end - place))
                let count = try retrying { pread(file, &chunk, wanted, off_t(place)) }
                // The file was truncated by another process.
                guard count > 0 else { throw SystemError(number: EIO) }
                try checksum.update(chunk[..<count])
                place += Int64(count)
            } else if isLast {
                return checksum.finish()
            } else {
                // May return early, e.g. on EINTR, or once for each of several advances; the loop
                // looks again.
                sem_wait(wake)
            }
        }
        return ""  // the writer has thrown, so the result is not read
    }
}
