import CSystem
import Glibc

extension FileDescriptor {
    /// Whether the present position is in data or in a hole, and the bytes left of it. A hole of
    /// 0 bytes is the end of the file. libvirt 9.0.0: `virFileInData`.
    package func extent() throws(SystemError) -> (isData: Bool, length: Int64) {
        let place = try seek(0, SEEK_CUR)
        // SEEK_DATA and SEEK_HOLE move the position; the caller reads from where it was.
        let found = Result { () throws(SystemError) in try extent(at: place) }
        try seek(place, SEEK_SET)
        return try found.get()
    }

    private func extent(at place: off_t) throws(SystemError) -> (isData: Bool, length: Int64) {
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
}
