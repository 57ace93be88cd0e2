import System

/// An empty qcow2 image that is based on another image: what a guest writes is in the overlay, and
/// the rest is read from below. QEMU: docs/interop/qcow2.txt.
struct QCOW2Overlay {
    /// The path of the image below.
    private let path: String
    /// The format of the image below, in QEMU's words.
    private let format: String
    /// Of the disk that the guest sees, in bytes.
    private let size: UInt64

    private static let clusterBits: UInt32 = 16
    private static let cluster = 1 << Int(clusterBits)
    private static let headerLength = 104
    /// QEMU's limit for the name.
    private static let nameLimit = 1023
    /// QEMU's limit with clusters of 64 KiB: its first table has at most 32 MiB.
    private static let sizeLimit: UInt64 = 1 << 51

    /// `nil` if the size of a disk in this format is not known, or if it or the path is too long.
    init?(
        on file: borrowing FileDescriptor, at path: String, format: String
    ) throws(SystemError) {
        guard path.utf8.count <= Self.nameLimit else { return nil }
        switch format {
        case "raw": size = UInt64(clamping: try file.status().size)
        case "qcow2":
            let head = try file.bytes(at: 0, atMost: 32)
            guard head.count == 32,
                head.starts(with: "QFI\u{FB}".unicodeScalars.map { UInt8($0.value) })
            else { return nil }
            size = head[24...].reduce(0) { $0 << 8 | UInt64($1) }
        default: return nil
        }
        guard size <= Self.sizeLimit else { return nil }
        self.path = path
        self.format = format
    }

    /// Writes the image to an empty file.
    func write(to file: borrowing FileDescriptor) throws(SystemError) {
        // QEMU counts sectors, and each entry of the first table stands for the clusters of a
        // second one, which has an entry of eight bytes for each.
        let size = (size + 511) / 512 * 512
        let entries = max(1, (size + Self.reach - 1) / Self.reach)
        let tables = (Int(entries) * 8 + Self.cluster - 1) / Self.cluster
        // The header, the table of reference counts, a block of them, and the first table.
        let clusters = 3 + tables
        try file.write(header(size, entries: UInt32(clamping: entries))[...], at: 0)
        try file.write(bytes(UInt64(2 * Self.cluster))[...], at: Int64(Self.cluster))
        let counts = (0..<clusters).flatMap { _ in bytes(UInt16(1)) }
        try file.write(counts[...], at: Int64(2 * Self.cluster))
        try file.setSize(Int64(clusters * Self.cluster))
    }

    /// The bytes of the disk for which one entry of the first table stands.
    private static let reach = UInt64(cluster * (cluster / 8))

    private func header(_ size: UInt64, entries: UInt32) -> [UInt8] {
        let name = Array(path.utf8)
        let format = Array(format.utf8)
        var extensions = bytes(UInt32(0xE279_2ACA)) + bytes(UInt32(format.count)) + format
        extensions += [UInt8](repeating: 0, count: (8 - format.count % 8) % 8)
        extensions += bytes(UInt64(0))
        var header: [UInt8] = [0x51, 0x46, 0x49, 0xFB] + bytes(UInt32(3))
        header += bytes(UInt64(Self.headerLength + extensions.count)) + bytes(UInt32(name.count))
        header += bytes(Self.clusterBits) + bytes(size)
        // No encryption; the first table; the reference counts; no snapshots; no features.
        header += bytes(UInt32(0)) + bytes(entries) + bytes(UInt64(3 * Self.cluster))
        header += bytes(UInt64(Self.cluster)) + bytes(UInt32(1))
        header += [UInt8](repeating: 0, count: 4 + 8 + 3 * 8)
        // Reference counts of 1 << 4 bits.
        header += bytes(UInt32(4)) + bytes(UInt32(Self.headerLength))
        return header + extensions + name
    }
}

/// Most significant byte first.
private func bytes<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
    (0..<Value.bitWidth / 8).reversed().map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
}
