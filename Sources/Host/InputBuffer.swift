import CHost
import Glibc

/// Bytes that were read from a descriptor and not yet used.
package struct InputBuffer {
    private let input: Descriptor
    private var storage: [UInt8] = []
    /// Where in `storage` the unused bytes are.
    private var used = 0..<0

    /// As much as a pipe holds unless it is asked to hold more.
    private static let smallest = 1 << 16

    package init(_ input: Descriptor) { self.input = input }

    package var count: Int { used.count }

    /// The place of the first newline behind the first `searched` bytes.
    package func newline(behind searched: Int) -> Int? {
        storage[(used.lowerBound + searched)..<used.upperBound].firstIndex(of: 10).map {
            $0 - used.lowerBound
        }
    }

    /// The first bytes, which are used then.
    package mutating func take(_ length: Int) -> ArraySlice<UInt8> {
        let start = used.lowerBound
        drop(length)
        return storage[start..<start + length]
    }

    package mutating func drop(_ length: Int) {
        used = used.lowerBound + length..<used.upperBound
    }

    /// Reads what is there, waiting for it; whether there was anything. C: `read`.
    package mutating func fill() throws(SystemError) -> Bool {
        makeRoom()
        let end = used.upperBound
        var count = 0
        repeat {
            storage.withUnsafeMutableBytes { bytes in
                count = read(input.number, bytes.baseAddress! + end, bytes.count - end)
            }
            if count < 0 { try input.waitToRead() }
        } while count < 0
        used = used.lowerBound..<end + count
        return count > 0
    }

    /// Asks for pieces of a mebibyte, as long as a body is read that is larger. A pipe that may
    /// not hold so much stays as it is. C: `fcntl` with `F_SETPIPE_SZ`.
    package mutating func expect(_ length: UInt64) {
        guard length > 1 << 20, storage.count < 1 << 20 else { return }
        atex_set_pipe_size(input.number, 1 << 20)
        grow(to: 1 << 20)
    }

    private mutating func makeRoom() {
        if used.isEmpty { used = 0..<0 }
        guard used.upperBound == storage.count else { return }
        // A line that fills half of the storage needs more of it.
        let size = used.count > storage.count / 2 ? storage.count * 2 : storage.count
        grow(to: max(size, Self.smallest))
    }

    /// Storage of that size with the unused bytes at its start; the rest is not touched.
    private mutating func grow(to size: Int) {
        let rest = storage[used]
        storage = [UInt8](unsafeUninitializedCapacity: size) { bytes, count in
            _ = bytes.initialize(fromContentsOf: rest)
            count = size
        }
        used = 0..<rest.count
    }
}
