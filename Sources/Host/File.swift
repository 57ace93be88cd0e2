import CHost
import Glibc

/// An open file.
package struct File: ~Copyable {
    let descriptor: Int32

    init(adopting descriptor: Int32) throws(SystemError) {
        guard descriptor >= 0 else { throw .last }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Who may do what with a file, and how large it is.
    package struct Attributes: Sendable {
        let status: stat
        /// The SELinux label, where there is one.
        let label: [UInt8]?

        /// In bytes.
        package var size: Int64 { Int64(status.st_size) }
        /// What the file takes on its file system, in bytes: holes take nothing.
        var allocatedSize: Int64 { Int64(status.st_blocks) * 512 }
        var isRegular: Bool { status.st_mode & S_IFMT == S_IFREG }
    }

    /// C: `fstat`, `fgetxattr`.
    package func attributes() throws(SystemError) -> Attributes {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .last }
        var label = [UInt8](repeating: 0, count: 4096)
        let length = atex_get_label(descriptor, &label, UInt(label.count))
        return Attributes(status: status, label: length > 0 ? Array(label[..<length]) : nil)
    }

    /// Takes over another file's owner, group, mode and label, so that who could open that can
    /// open this. C: `fchown`, `fchmod`, `fsetxattr`.
    package func take(_ attributes: Attributes) throws(SystemError) {
        let status = attributes.status
        guard fchown(descriptor, status.st_uid, status.st_gid) == 0,
            fchmod(descriptor, status.st_mode & 0o7777) == 0
        else { throw .last }
        if let label = attributes.label {
            // A file system without labels keeps none; that denies nobody.
            _ = atex_set_label(descriptor, label, UInt(label.count))
        }
    }

    /// Makes the file so long; what is new is a hole. C: `ftruncate`.
    package func setSize(_ bytes: Int64) throws(SystemError) {
        guard ftruncate(descriptor, off_t(bytes)) == 0 else { throw .last }
    }

    /// Writes all bytes behind those written before. C: `write`.
    package func write(_ bytes: ArraySlice<UInt8>) throws(SystemError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw .last
            }
            rest = rest.dropFirst(count)
        }
    }

    /// Some bytes from byte `offset` on; empty at the end. C: `pread`.
    package func bytes(at offset: Int64, atMost limit: Int) throws(SystemError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: limit)
        while true {
            let count = pread(descriptor, &bytes, limit, off_t(offset))
            if count >= 0 { return Array(bytes[..<count]) }
            guard errno == EINTR else { throw .last }
        }
    }

    /// Writes all bytes from byte `offset` on. C: `pwrite`.
    package func write(_ bytes: ArraySlice<UInt8>, at offset: Int64) throws(SystemError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                pwrite(
                    descriptor, $0.baseAddress! + written, $0.count - written,
                    off_t(offset) + off_t(written))
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw .last
            }
            written += count
        }
    }

    /// Makes this empty file a copy of `source`: a reflink where the file system can, else a copy
    /// that keeps the holes. C: `FICLONE`, `lseek` with `SEEK_DATA`, `copy_file_range`.
    /// `report` is told from time to time how many of all bytes are done.
    package func copy(
        from source: borrowing File, report: (_ done: Int64, _ total: Int64) throws -> Void
    ) throws {
        let size = try source.attributes().size
        if atex_clone_file(descriptor, source.descriptor) == 0 { return try report(size, size) }
        try setSize(size)
        var offset: Int64 = 0
        while offset < size {
            let data = lseek(source.descriptor, off_t(offset), SEEK_DATA)
            if data < 0 {
                if errno == ENXIO { break }  // nothing but a hole up to the end
                throw SystemError.last
            }
            let hole = lseek(source.descriptor, data, SEEK_HOLE)
            guard hole >= 0 else { throw SystemError.last }
            try copy(from: source, range: Int64(data)..<Int64(hole)) { try report($0, size) }
            offset = Int64(hole)
        }
        try report(size, size)
    }

    private func copy(
        from source: borrowing File, range: Range<Int64>, report: (Int64) throws -> Void
    ) throws {
        var offset = range.lowerBound
        while offset < range.upperBound {
            let count = atex_copy_range(
                source.descriptor, descriptor, Int(offset),
                UInt(min(range.upperBound - offset, 64 << 20)))
            if count == 0 { return }  // the source became shorter
            if count > 0 {
                offset += Int64(count)
                try report(offset)
                continue
            }
            switch errno {
            case EINTR: continue
            case EXDEV, ENOSYS, EOPNOTSUPP, EINVAL:
                return try copyBytes(
                    from: source, range: offset..<range.upperBound, report: report)
            default: throw SystemError.last
            }
        }
    }

    /// For kernels and file systems without `copy_file_range`.
    private func copyBytes(
        from source: borrowing File, range: Range<Int64>, report: (Int64) throws -> Void
    ) throws {
        var chunk = [UInt8](repeating: 0, count: 1 << 20)
        var offset = range.lowerBound
        while offset < range.upperBound {
            let wanted = min(chunk.count, Int(range.upperBound - offset))
            let count = pread(source.descriptor, &chunk, wanted, off_t(offset))
            if count == 0 { return }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw SystemError.last
            }
            try write(chunk[..<count], at: offset)
            offset += Int64(count)
            try report(offset)
        }
    }
}
