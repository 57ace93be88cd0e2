import CSystem
import Glibc

/// Starts to write a file to the disk while the file is still being filled, so that little is left
/// to wait for at the end.
package struct Writeback {
    /// Each start is a system call, and what is not started is left for the end.
    private static let step: Int64 = 8 << 20
    private var started: Int64 = 0

    package init() {}

    /// Reports that the first `end` bytes of the file are final. C: `sync_file_range`.
    package mutating func advance(to end: Int64, of file: borrowing FileDescriptor) {
        guard end - started >= Self.step else { return }
        // No error: this only saves time, and `flush` reports what cannot be written.
        atex_start_writeback(file.number, Int(started), Int(end - started))
        started = end
    }
}

extension FileDescriptor {
    /// Waits until the bytes are written, so that a `flush` soon afterwards is short. Only `flush`
    /// reports errors, and only after it does the file survive a power failure.
    /// C: `sync_file_range`.
    package func awaitWriteback() { atex_await_writeback(number) }

    /// Returns when the file survives a power failure. C: `fsync`.
    package func flush() throws(SystemError) {
        let number = self.number
        try retrying { fsync(number) }
    }
}

extension Directory {
    /// Returns when the names of the files survive a power failure. C: `fsync`.
    package func flush() throws(SystemError) {
        do throws(SystemError) { try descriptor.flush() } catch {
            // fsync(2): file systems that cannot do this for a directory, e.g. of other systems.
            guard error.number == EINVAL else { throw error }
        }
    }
}

/// Returns when a file or a block device that another process has written, and its name, survive a
/// power failure. A file that this process cannot open is left to the process that wrote it.
/// C: `fsync`.
package func flush(path: String) throws(SystemError) {
    do throws(SystemError) {
        try FileDescriptor.readingImage(path).flush()
        guard let slash = path.lastIndex(of: "/") else { return }
        try Directory(String(path[...slash])).flush()
    } catch {
        // EINVAL: a volume that is a directory, or a special file.
        guard [.notFound, .denied].contains(error.condition) || error.number == EINVAL else {
            throw error
        }
    }
}
