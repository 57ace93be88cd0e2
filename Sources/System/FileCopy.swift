import CSystem
import Glibc

/// A file became shorter while it was copied, so that the copy may have bytes of different moments.
package struct ShorterSource: Error {}

extension FileDescriptor {
    /// Makes this empty file share the blocks of `source`; returns false if the file system cannot
    /// do that. C: `FICLONE`.
    package func shareBlocks(of source: borrowing FileDescriptor) -> Bool {
        atex_clone_file(number, source.number) == 0
    }

    /// Makes this empty file a copy of `source`: a reflink if the file system can make one, else a
    /// copy that keeps the holes. `report` is called from time to time with the bytes done and the
    /// total. Throws `ShorterSource`, `SystemError` (`.cancelled` if the thread's request is), or
    /// what `report` throws. C: `FICLONE`, `lseek` with `SEEK_DATA`, `copy_file_range`.
    package func copy(
        from source: borrowing FileDescriptor,
        report: (_ done: Int64, _ total: Int64) throws -> Void
    ) throws {
        let size = try source.status().size
        // Whatever the error is, copy instead: real errors, e.g. a full disk, return below.
        if shareBlocks(of: source) {
            guard try status().size >= size else { throw ShorterSource() }
            return try report(size, size)
        }
        // First, so that holes, also one at the end, need no writing.
        try setSize(size)
        var writeback = Writeback()
        var offset: Int64 = 0
        while offset < size {
            let data = lseek(source.number, off_t(offset), SEEK_DATA)
            if data < 0 {
                if errno == ENXIO { break }  // only a hole follows
                throw SystemError.last
            }
            let hole = try source.seek(data, SEEK_HOLE)
            try copy(from: source, range: Int64(data)..<Int64(hole)) { done in
                writeback.advance(to: done, of: self)
                try report(done, size)
            }
            offset = Int64(hole)
        }
        // What was cut off looks like a hole.
        guard try source.status().size >= size else { throw ShorterSource() }
        try report(size, size)
    }

    private func copy(
        from source: borrowing FileDescriptor, range: Range<Int64>,
        report: (Int64) throws -> Void
    ) throws {
        var offset = range.lowerBound
        while offset < range.upperBound {
            let count: Int
            do throws(SystemError) {
                // Small enough for a report every fraction of a second, and for the disk to write
                // a piece while the next one is copied.
                let length = UInt(min(range.upperBound - offset, 16 << 20))
                let (from, to) = (source.number, number)
                try Cancellation.check()
                count = try retrying { atex_copy_range(from, to, Int(offset), length) }
            } catch {
                // copy_file_range(2): other file systems, old kernels, and files that do not
                // support it.
                guard [EXDEV, ENOSYS, EOPNOTSUPP, EINVAL].contains(error.number) else {
                    throw error
                }
                return try copyBytes(
                    from: source, range: offset..<range.upperBound, report: report)
            }
            if count == 0 { throw ShorterSource() }
            offset += Int64(count)
            try report(offset)
        }
    }

    /// For kernels and file systems without `copy_file_range`.
    private func copyBytes(
        from source: borrowing FileDescriptor, range: Range<Int64>,
        report: (Int64) throws -> Void
    ) throws {
        var offset = range.lowerBound
        while offset < range.upperBound {
            try Cancellation.check()
            let chunk = try source.bytes(
                at: offset, atMost: Int(min(1 << 20, range.upperBound - offset)))
            if chunk.isEmpty { throw ShorterSource() }
            try write(chunk[...], at: offset)
            offset += Int64(chunk.count)
            try report(offset)
        }
    }

    /// Writes a range of another file's bytes, moved by the kernel if it can, and returns the
    /// number of bytes written: less than the range only if the file is shorter. C: `sendfile`.
    package func write(
        _ range: Range<Int64>, of file: borrowing FileDescriptor
    ) throws(SystemError) -> Int64 {
        // For large files, a larger pipe saves context switches with the reader.
        if range.count > 1 << 20 { setPipeSize(1 << 20) }
        var place = off_t(range.lowerBound)
        while place < range.upperBound {
            let wanted = min(Int(range.upperBound) - place, 1 << 26)
            let count = sendfile(number, file.number, &place, wanted)
            if count == 0 { break }
            guard count < 0 else { continue }
            // sendfile(2): the source cannot be mapped, or the destination is open with O_APPEND.
            if errno == EINVAL || errno == ENOSYS {
                let bytes = try file.bytes(at: Int64(place), atMost: min(wanted, 1 << 20))
                if bytes.isEmpty { break }
                try write(bytes)
                place += bytes.count
            } else {
                try wait(for: POLLOUT)
            }
        }
        return Int64(place) - range.lowerBound
    }

    /// Asks for a pipe buffer of that many bytes. Anything but a pipe, and a pipe that may not be
    /// so large, stays as it is. C: `fcntl` with `F_SETPIPE_SZ`.
    package func setPipeSize(_ bytes: Int32) { atex_set_pipe_size(number, bytes) }
}
