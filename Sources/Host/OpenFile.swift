import CHost
import Glibc

/// A file that is open. Leaving scope closes it.
package struct OpenFile: ~Copyable {
    let descriptor: Int32

    private init(descriptor: Int32) { self.descriptor = descriptor }
    deinit { Glibc.close(descriptor) }

    static func open(
        _ path: String, _ flags: Int32, mode: mode_t = 0
    ) throws(SystemError) -> OpenFile {
        let descriptor = atex_open(path, flags | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw .last }
        return OpenFile(descriptor: descriptor)
    }

    /// Opens a file to read it. C: `open`.
    package static func reading(_ path: String) throws(SystemError) -> OpenFile {
        try open(path, O_RDONLY)
    }

    /// As above, a regular file of a certain user's, where others may have put something else: what
    /// is no file or somebody else's is `EPERM`. C: `open` with `O_NONBLOCK`, `fstat`.
    package static func reading(
        _ path: String, ownedBy owner: UInt32
    ) throws(SystemError) -> OpenFile {
        let file = try open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY)
        var status = stat()
        guard fstat(file.descriptor, &status) == 0 else { throw .last }
        guard status.st_mode & S_IFMT == S_IFREG, status.st_uid == owner else {
            throw SystemError(number: EPERM)
        }
        return file
    }

    /// Makes a new file to write it, for those that `mode` and the umask let; fails where there is
    /// one. C: `open` with `O_EXCL`.
    package static func creating(
        _ path: String, mode: UInt32 = 0o666
    ) throws(SystemError) -> OpenFile {
        try open(path, O_WRONLY | O_CREAT | O_EXCL, mode: mode_t(mode))
    }

    /// Opens a file to write it anew. C: `open` with `O_TRUNC`.
    package static func replacing(_ path: String) throws(SystemError) -> OpenFile {
        try open(path, O_WRONLY | O_TRUNC)
    }

    /// Opens a file to write behind what is there. C: `open` with `O_APPEND`.
    package static func appending(_ path: String) throws(SystemError) -> OpenFile {
        try open(path, O_WRONLY | O_APPEND)
    }

    /// What a file is.
    package struct Facts: Sendable {
        /// In bytes.
        package let size: Int64
        /// The type and who may do what, a `mode_t`, e.g. 0o100644.
        package let mode: UInt32
        package var isRegular: Bool { mode_t(mode) & S_IFMT == S_IFREG }
        package var isDirectory: Bool { mode_t(mode) & S_IFMT == S_IFDIR }
    }

    /// C: `fstat`.
    package func facts() throws(SystemError) -> Facts {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .last }
        return Facts(size: Int64(status.st_size), mode: UInt32(status.st_mode))
    }

    /// Whether it is a block device. C: `fstat`.
    package func isBlockDevice() throws(SystemError) -> Bool {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .last }
        return status.st_mode & S_IFMT == S_IFBLK
    }

    /// Fills `bytes` from its start and returns how many it got: less only at the file's end.
    /// C: `read`.
    package func read(into bytes: inout [UInt8], atMost limit: Int) throws(SystemError) -> Int {
        var filled = 0
        let wanted = min(limit, bytes.count)
        while filled < wanted {
            let count = bytes.withUnsafeMutableBytes {
                Glibc.read(descriptor, $0.baseAddress! + filled, wanted - filled)
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw .last
            }
            if count == 0 { break }
            filled += count
        }
        return filled
    }

    /// All bytes from here to the end; `EOVERFLOW` where there are more than `limit`.
    package func contents(limit: Int) throws(SystemError) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = try read(into: &chunk, atMost: chunk.count)
            if count == 0 { return bytes }
            guard bytes.count + count <= limit else { throw SystemError(number: EOVERFLOW) }
            bytes += chunk[..<count]
        }
    }

    /// Writes all of `bytes`. C: `write`.
    package func write(_ bytes: Span<UInt8>) throws(SystemError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBufferPointer {
                Glibc.write(descriptor, $0.baseAddress! + written, $0.count - written)
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw .last
            }
            written += count
        }
    }

    /// Moves on by so many bytes and returns the new place. C: `lseek`.
    @discardableResult
    package func skip(_ count: Int64) throws(SystemError) -> Int64 {
        Int64(try seek(off_t(count), SEEK_CUR))
    }

    /// Moves on by so many bytes that read as zeros; the file ends there. C: `ftruncate`.
    package func skipHole(_ count: Int64) throws(SystemError) {
        guard ftruncate(descriptor, off_t(try skip(count))) == 0 else { throw .last }
    }

    /// Whether data or a hole is at the place we are at, and how many bytes are left of it; a hole
    /// of 0 bytes is the file's end. libvirt 9.0.0: `virFileInData`.
    package func section() throws(SystemError) -> (isData: Bool, length: Int64) {
        let place = try seek(0, SEEK_CUR)
        let found = Result { () throws(SystemError) in try section(at: place) }
        try seek(place, SEEK_SET)
        return try found.get()
    }

    private func section(at place: off_t) throws(SystemError) -> (isData: Bool, length: Int64) {
        do throws(SystemError) {
            let data = try seek(place, SEEK_DATA)
            guard data == place else { return (false, Int64(data - place)) }
        } catch {
            guard error.number == ENXIO else { throw error }
            return (false, Int64(try seek(0, SEEK_END) - place))
        }
        let hole = try seek(place, SEEK_HOLE)
        guard hole != place else { throw SystemError(number: EIO) }
        return (true, Int64(hole - place))
    }

    /// Lets C use the descriptor, which stays ours.
    package func withDescriptor<Value>(_ body: (Int32) -> Value) -> Value { body(descriptor) }

    @discardableResult
    private func seek(_ offset: off_t, _ whence: Int32) throws(SystemError) -> off_t {
        let place = lseek(descriptor, offset, whence)
        guard place >= 0 else { throw .last }
        return place
    }

    /// Closes it; a file system may tell only now that a write failed. C: `close`.
    package consuming func close() throws(SystemError) {
        let descriptor = self.descriptor
        discard self
        guard Glibc.close(descriptor) == 0 else { throw .last }
    }
}
