import CSystem
import Glibc

/// An open file, directory, pipe or socket. Leaving scope closes it.
package struct FileDescriptor: ~Copyable, Sendable {
    package let number: Int32

    /// Takes ownership of a descriptor that no other value closes.
    package init(owning number: Int32) { self.number = number }

    deinit { Glibc.close(number) }

    /// Opens a path; children do not inherit the descriptor. `EBUSY` for a file that this process
    /// has locked (`LockedFiles`). C: `open` with `O_CLOEXEC`.
    package static func open(
        _ path: String, _ flags: Int32, mode: UInt32 = 0
    ) throws(SystemError) -> FileDescriptor {
        let number = try retrying { atex_open(path, flags | O_CLOEXEC, mode_t(mode)) }
        return FileDescriptor(owning: try LockedFiles.checked(number))
    }

    /// Opens a name of a directory. C: `openat` with `O_CLOEXEC`.
    package static func open(
        _ name: String, in directory: borrowing FileDescriptor, _ flags: Int32, mode: UInt32 = 0
    ) throws(SystemError) -> FileDescriptor {
        let directory = directory.number
        let number = try retrying {
            atex_open_at(directory, name, flags | O_CLOEXEC, mode_t(mode))
        }
        return FileDescriptor(owning: try LockedFiles.checked(number))
    }

    /// Opens a file for reading. C: `open`.
    package static func reading(_ path: String) throws(SystemError) -> FileDescriptor {
        try open(path, O_RDONLY)
    }

    /// Opens a regular file of a given user, in a place where others may have put something else.
    /// Anything but a regular file, or the file of another user, is `EPERM`.
    /// C: `open` with `O_NONBLOCK`, `fstat`.
    package static func reading(
        _ path: String, ownedBy owner: UInt32
    ) throws(SystemError) -> FileDescriptor {
        // O_NONBLOCK: opening a FIFO would wait for a writer. O_NOCTTY: a terminal must not become
        // ours. Check the descriptor, not the path: the name may lead elsewhere by then.
        let file = try open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY)
        let status = try file.status()
        guard status.kind == .regular, status.ownerID == owner else {
            throw SystemError(number: EPERM)
        }
        return file
    }

    /// Opens a regular file for reading, for names that others chose: symbolic links and special
    /// files are refused (`ELOOP`, `EINVAL`). C: `open` with `O_NOFOLLOW`.
    package static func readingRegular(_ path: String) throws(SystemError) -> FileDescriptor {
        let file = try open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)
        guard try file.status().kind == .regular else { throw SystemError(number: EINVAL) }
        return file
    }

    /// Opens a regular file or a block device for reading, also through symbolic links. Anything
    /// else is `EINVAL` and is not opened: that alone could have an effect. C: `stat`, `open`.
    package static func readingImage(_ path: String) throws(SystemError) -> FileDescriptor {
        let kind = try FileStatus(of: path).kind
        guard kind == .regular || kind == .blockDevice else { throw SystemError(number: EINVAL) }
        // In case that it was replaced since: opening a FIFO would wait for a writer.
        return try open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY)
    }

    /// Creates a file for writing and fails if it exists. The umask limits `mode`.
    /// C: `open` with `O_EXCL`.
    package static func creating(
        _ path: String, mode: UInt32 = 0o666
    ) throws(SystemError) -> FileDescriptor {
        try open(path, O_WRONLY | O_CREAT | O_EXCL, mode: mode)
    }

    /// Opens an existing file for writing and empties it. C: `open` with `O_TRUNC`.
    package static func replacing(_ path: String) throws(SystemError) -> FileDescriptor {
        try open(path, O_WRONLY | O_TRUNC)
    }

    /// Opens an existing file for writing at its end. C: `open` with `O_APPEND`.
    package static func appending(_ path: String) throws(SystemError) -> FileDescriptor {
        try open(path, O_WRONLY | O_APPEND)
    }

    /// Another descriptor of the same open file. C: `fcntl` with `F_DUPFD_CLOEXEC`.
    package func duplicate() throws(SystemError) -> FileDescriptor {
        // Never 0 to 2: children and libraries take those for the standard streams.
        FileDescriptor(owning: try check(fcntl(number, F_DUPFD_CLOEXEC, 3)))
    }

    /// Throws if the process may not open `count` more files now. For libraries that end the
    /// process if they get no descriptor.
    package static func requireSpare(_ count: Int) throws(SystemError) {
        var taken: [Int32] = []
        defer { for number in taken { Glibc.close(number) } }
        for _ in 0..<count { taken.append(try check(fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3))) }
    }

    /// The number of the descriptor, which the caller has to close.
    consuming func released() -> Int32 {
        let number = self.number
        discard self
        return number
    }

    /// Closes the descriptor. Some file systems report a failed write only now. C: `close`.
    package consuming func close() throws(SystemError) {
        let number = self.number
        discard self
        // Not repeated on EINTR: Linux has closed the descriptor by then.
        guard Glibc.close(number) == 0 || errno == EINTR else { throw .last }
    }

    /// C: `isatty`.
    package var isTerminal: Bool { isatty(number) == 1 }

    /// Passes the number to C code, which must not close it.
    package func withNumber<Value>(_ body: (Int32) -> Value) -> Value { body(number) }
}

extension FileDescriptor {
    /// Reads what one call returns, at most as much as fits into `bytes`; 0 at the end.
    /// C: `read`.
    package func readSome(into bytes: inout [UInt8]) throws(SystemError) -> Int {
        try retrying {
            bytes.withUnsafeMutableBytes { Glibc.read(number, $0.baseAddress, $0.count) }
        }
    }

    /// Reads what one call returns into `bytes` from index `start` on, waiting if the descriptor is
    /// non-blocking; 0 at the end. C: `read`, `poll`.
    package func readWaiting(
        into bytes: inout [UInt8], from start: Int
    ) throws(SystemError) -> Int {
        while true {
            let count = bytes.withUnsafeMutableBytes {
                Glibc.read(number, $0.baseAddress! + start, $0.count - start)
            }
            if count >= 0 { return count }
            try wait(for: POLLIN)
        }
    }

    /// Fills `bytes` from its start, waiting if the descriptor is non-blocking, and returns the
    /// number of bytes read, which is less than `limit` only at the end of the file. C: `read`.
    package func read(into bytes: inout [UInt8], atMost limit: Int) throws(SystemError) -> Int {
        var filled = 0
        let wanted = min(limit, bytes.count)
        while filled < wanted {
            let count = bytes.withUnsafeMutableBytes {
                Glibc.read(number, $0.baseAddress! + filled, wanted - filled)
            }
            // One call may return less than is left, e.g. from a pipe; only 0 is the end.
            if count == 0 { break }
            if count > 0 { filled += count } else { try wait(for: POLLIN) }
        }
        return filled
    }

    /// All bytes from the present position to the end; `EOVERFLOW` if there are more than `limit`.
    package func contents(limit: Int) throws(SystemError) -> [UInt8] {
        var bytes: [UInt8] = []
        // Most files are small: a large chunk would cost more than the call that fills it.
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = try readWaiting(into: &chunk, from: 0)
            if count == 0 { return bytes }
            // Check what is read, not the size: files in /proc report 0.
            guard bytes.count + count <= limit else { throw .tooLong }
            bytes += chunk[..<count]
            if count == 4096 { chunk = [UInt8](repeating: 0, count: 1 << 16) }
        }
    }

    /// At most `limit` bytes from byte `offset` on; empty at the end. C: `pread`.
    package func bytes(at offset: Int64, atMost limit: Int) throws(SystemError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: limit)
        let count = try retrying { pread(number, &bytes, limit, off_t(offset)) }
        return Array(bytes[..<count])
    }

    /// Writes all bytes, waiting until they are accepted. C: `write`.
    package func write(_ bytes: [UInt8]) throws(SystemError) { try write(bytes[...]) }

    /// As above.
    package func write(_ bytes: ArraySlice<UInt8>) throws(SystemError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
            if count >= 0 { rest = rest.dropFirst(count) } else { try wait(for: POLLOUT) }
        }
    }

    /// As above.
    package func write(_ bytes: Span<UInt8>) throws(SystemError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBufferPointer {
                Glibc.write(number, $0.baseAddress! + written, $0.count - written)
            }
            if count >= 0 { written += count } else { try wait(for: POLLOUT) }
        }
    }

    /// Writes all bytes from byte `offset` on. C: `pwrite`.
    package func write(_ bytes: ArraySlice<UInt8>, at offset: Int64) throws(SystemError) {
        var written = 0
        while written < bytes.count {
            written += try retrying {
                bytes.withUnsafeBytes {
                    pwrite(
                        number, $0.baseAddress! + written, $0.count - written,
                        off_t(offset) + off_t(written))
                }
            }
        }
    }

    /// Waits if a call that failed only has to be repeated; throws its error otherwise. A process
    /// that shares the descriptor may have made it non-blocking.
    func wait(for event: Int32) throws(SystemError) {
        // errno is still that of the caller's failed call: nothing may be called in between.
        if errno == EAGAIN {
            var polled = pollfd(fd: number, events: Int16(event), revents: 0)
            // An error or a hang-up also ends the wait; the repeated call reports it.
            poll(&polled, 1, -1)
        } else if errno != EINTR {
            throw .last
        }
    }

    /// Sets the size in bytes; an extension is a hole. C: `ftruncate`.
    package func setSize(_ bytes: Int64) throws(SystemError) {
        let number = self.number
        try retrying { ftruncate(number, off_t(bytes)) }
    }

    /// Moves the position by `count` bytes and returns the new position. C: `lseek`.
    @discardableResult
    package func skip(_ count: Int64) throws(SystemError) -> Int64 {
        Int64(try seek(off_t(count), SEEK_CUR))
    }

    @discardableResult
    func seek(_ offset: off_t, _ whence: Int32) throws(SystemError) -> off_t {
        try check(lseek(number, offset, whence))
    }
}
