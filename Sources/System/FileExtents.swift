import CSystem
import Glibc

extension FileDescriptor {
    /// Whether the present position is in data or in a hole, and the bytes left of it. A hole of
    /// 0 bytes is the end of the file. libvirt 9.0.0: `virFileInData`.
    package func extent() throws(SystemError) -> (isData: Bool, length: Int64) {
        let place = try seek(0, SEEK_CUR)
        // SEEK_DATA and SEEK_HOLE move the position; the caller reads from where it was.
        let found = Result { () throws(SystemError) in try extent(at: Int64(place)) }
        try seek(place, SEEK_SET)
        return try found.get()
    }

    /// The same for a position. Moves the descriptor's own.
    package func extent(at place: Int64) throws(SystemError) -> (isData: Bool, length: Int64) {
        let place = off_t(place)
        do throws(SystemError) {
            let data = try seek(place, SEEK_DATA)
            guard data == place else { return (false, Int64(data - place)) }
        } catch {
            // ENXIO: only a hole follows.
            guard error.number == ENXIO else { throw error }
            return (false, Int64(try seek(0, SEEK_END) - place))
        }
        let hole = try seek(place, SEEK_HOLE)
        // Not both data and hole, unless the file changed between the two calls.
        guard hole != place else { throw SystemError(number: EIO) }
        return (true, Int64(hole - place))
    }

    /// Moves the position by `count` bytes that read as zeros, and ends the file there.
    /// C: `ftruncate`.
    package func skipHole(_ count: Int64) throws(SystemError) { try setSize(try skip(count)) }

    /// Whether a regular file contains one of these texts; `nil` if it has more than `limit` bytes,
    /// holes not counted. C: `lseek` with `SEEK_DATA`.
    package func contains(anyOf texts: [String], limit: Int64) throws(SystemError) -> Bool? {
        let size = try status().size
        let overlap = Int64(texts.map(\.utf8.count).max() ?? 1) - 1
        var (offset, done) = (Int64(0), Int64(0))
        while offset < size {
            let data = lseek(number, off_t(offset), SEEK_DATA)
            if data < 0 {
                if errno == ENXIO { break }  // only a hole follows
                throw SystemError.last
            }
            let chunk = try bytes(at: Int64(data), atMost: 1 << 20)
            if chunk.isEmpty { break }
            done += Int64(chunk.count)
            guard done <= limit else { return nil }
            if texts.contains(where: { Self.has($0, chunk) }) { return true }
            let end = Int64(data) + Int64(chunk.count)
            // A text may lie on the border.
            offset = end < size ? max(end - overlap, offset + 1) : end
        }
        return false
    }

    private static func has(_ text: String, _ bytes: [UInt8]) -> Bool {
        let wanted = Array(text.utf8)
        guard let first = wanted.first, bytes.count >= wanted.count else { return false }
        return bytes.withUnsafeBufferPointer { bytes in
            var start = 0
            let last = bytes.count - wanted.count
            while start <= last {
                guard
                    let found = memchr(bytes.baseAddress! + start, Int32(first), last - start + 1)
                else { return false }
                start = UnsafeRawPointer(found) - UnsafeRawPointer(bytes.baseAddress!)
                if bytes[start..<start + wanted.count].elementsEqual(wanted) { return true }
                start += 1
            }
            return false
        }
    }
}
