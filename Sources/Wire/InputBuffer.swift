import System

/// Bytes that were read from a descriptor and not used yet.
struct InputBuffer: ~Copyable {
    private var storage: [UInt8] = []
    /// The unused bytes' range in `storage`.
    private var unused = 0..<0

    /// The default size of a pipe's buffer.
    private static let minimumSize = 1 << 16

    var count: Int { unused.count }

    /// The offset of the first newline, not searching the first `searched` bytes.
    func newline(after searched: Int) -> Int? {
        storage[(unused.lowerBound + searched)..<unused.upperBound].firstIndex(of: 10).map {
            $0 - unused.lowerBound
        }
    }

    /// Removes and returns the first bytes.
    mutating func removeFirst(_ length: Int) -> ArraySlice<UInt8> {
        let start = unused.lowerBound
        drop(length)
        // Shares the storage. If it is still alive when `fill` writes, Swift copies the storage.
        return storage[start..<start + length]
    }

    /// The first bytes, at most `count`.
    func head(_ count: Int) -> [UInt8] { Array(storage[unused.prefix(count)]) }

    mutating func drop(_ length: Int) {
        unused = unused.lowerBound + length..<unused.upperBound
    }

    /// Waits for input and reads what is there; false at the end of the input. C: `read`.
    mutating func fill(from input: borrowing FileDescriptor) throws(SystemError) -> Bool {
        makeRoom()
        let end = unused.upperBound
        let count = try input.readWaiting(into: &storage, from: end)
        unused = unused.lowerBound..<end + count
        return count > 0
    }

    /// Prepares for a large body: reads of up to a mebibyte, and a pipe that holds as much. A pipe
    /// that may not hold so much stays as it is.
    mutating func expect(_ length: UInt64, from input: borrowing FileDescriptor) {
        guard length > 1 << 20, storage.count < 1 << 20 else { return }
        input.setPipeSize(1 << 20)
        grow(to: 1 << 20)
    }

    private mutating func makeRoom() {
        // Start over at the front: then no bytes have to be moved.
        if unused.isEmpty { unused = 0..<0 }
        guard unused.upperBound == storage.count else { return }
        // A line that fills half of the storage needs more of it.
        let size = unused.count > storage.count / 2 ? storage.count * 2 : storage.count
        grow(to: max(size, Self.minimumSize))
    }

    /// Moves the unused bytes to the start of new storage, whose rest stays uninitialized: touching
    /// it would cost a page fault for every 4 KiB.
    private mutating func grow(to size: Int) {
        let rest = storage[unused]
        unsafe storage = [UInt8](unsafeUninitializedCapacity: size) { bytes, count in
            _ = unsafe bytes.initialize(fromContentsOf: rest)
            // Declares bytes as initialized that are not: nothing reads them before `fill` has
            // written them.
            count = size
        }
        unused = 0..<rest.count
    }
}
