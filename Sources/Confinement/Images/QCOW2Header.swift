/// The image that a qcow2 image is based on.
package struct BackingFile: Hashable, Sendable {
    package let path: String
    package let format: DiskFormat

    package init(path: String, format: DiskFormat) {
        self.path = path
        self.format = format
    }
}

/// What the header of a qcow2 image says. Reading it fails unless all it says is harmless.
///
/// QEMU: docs/interop/qcow2.txt.
package struct QCOW2Header: Hashable, Sendable {
    package let version: Int
    /// Of the disk that the guest sees, in bytes.
    package let virtualSize: UInt64
    package let clusterSize: Int
    package let backing: BackingFile?
    /// Of internal snapshots.
    let snapshotCount: UInt32
    /// Where their table is; within the image.
    let snapshotOffset: UInt64

    /// libvirt reads no more of an image than this, so QEMU must not find anything later.
    static let maximumLength = 32768

    /// `head`: the first bytes of an image of `imageSize` bytes.
    init(_ head: [UInt8], imageSize: UInt64) throws(ImageProblem) {
        let head = BigEndian(bytes: Array(head.prefix(Self.maximumLength)))
        guard head.bytes.starts(with: [0x51, 0x46, 0x49, 0xFB]),
            let version: UInt32 = head.number(at: 4)
        else { throw ImageProblem("is not in the format qcow2") }
        guard version == 2 || version == 3 else {
            throw ImageProblem("is qcow of version \(version), but must be of version 2 or 3")
        }
        guard let backingOffset: UInt64 = head.number(at: 8),
            let backingLength: UInt32 = head.number(at: 16),
            let clusterBits: UInt32 = head.number(at: 20),
            let size: UInt64 = head.number(at: 24),
            let encryption: UInt32 = head.number(at: 32),
            let snapshotCount: UInt32 = head.number(at: 60),
            let snapshots: UInt64 = head.number(at: 64)
        else { throw .truncated }
        guard (9...21).contains(clusterBits) else {
            throw ImageProblem("has a qcow2 header with a wrong cluster size")
        }
        guard encryption == 0 else { throw ImageProblem("is an encrypted qcow2 image") }
        guard snapshots <= imageSize, size <= UInt64(Int64.max) else {
            throw ImageProblem("has a qcow2 header with wrong sizes")
        }
        self.version = Int(version)
        virtualSize = size
        self.snapshotCount = snapshotCount
        snapshotOffset = snapshots
        clusterSize = 1 << Int(clusterBits)
        // The header, its extensions and the name of the backing file are in the first cluster.
        let length = version == 2 ? 72 : try Self.checkedLength(head, clusterSize: clusterSize)
        guard backingOffset != 0 else {
            guard backingLength == 0 else {
                throw ImageProblem("has a qcow2 header with a backing file at no place")
            }
            _ = try QCOW2Extensions(head, from: length, to: clusterSize)
            backing = nil
            return
        }
        let path = try Self.backingPath(
            head, at: backingOffset, backingLength, after: length, clusterSize: clusterSize)
        let extensions = try QCOW2Extensions(head, from: length, to: Int(backingOffset))
        backing = BackingFile(path: path, format: try extensions.backingFormat())
    }

    /// The length of a header of version 3, whose features are allowed.
    private static func checkedLength(
        _ head: BigEndian, clusterSize: Int
    ) throws(ImageProblem) -> Int {
        guard let incompatible: UInt64 = head.number(at: 72),
            let length: UInt32 = head.number(at: 100)
        else { throw .truncated }
        let features = Feature(rawValue: incompatible)
        if features.contains(.externalDataFile) {
            throw ImageProblem("is a qcow2 image with an external data file")
        }
        guard features.isSubset(of: [.dirty, .compressionType, .extendedL2]) else {
            throw ImageProblem(
                "is a qcow2 image with incompatible features other than dirty, compression type "
                    + "and extended L2")
        }
        guard (104...512).contains(length), length.isMultiple(of: 8), length <= clusterSize else {
            throw ImageProblem("has a qcow2 header with a wrong length")
        }
        guard head.bytes.count >= length else { throw .truncated }
        return Int(length)
    }

    private struct Feature: OptionSet {
        let rawValue: UInt64

        static let dirty = Feature(rawValue: 1)
        static let externalDataFile = Feature(rawValue: 4)
        static let compressionType = Feature(rawValue: 8)
        static let extendedL2 = Feature(rawValue: 16)
    }

    private static func backingPath(
        _ head: BigEndian, at offset: UInt64, _ count: UInt32, after length: Int, clusterSize: Int
    ) throws(ImageProblem) -> String {
        // QEMU's limit for the name.
        guard (1...1023).contains(count), offset >= length, offset <= clusterSize,
            count <= clusterSize - Int(offset)
        else { throw ImageProblem("has a qcow2 header with a wrong place of the backing file") }
        guard let bytes = head.bytes(at: Int(offset), Int(count)) else {
            throw .truncated
        }
        // Not `json:`, not `nbd://`, not relative to the image.
        guard let path = String(validating: bytes, as: UTF8.self), path.hasPrefix("/"),
            path.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
        else {
            throw ImageProblem("is a qcow2 image whose backing file is not an absolute path")
        }
        return path
    }
}

/// The extensions of a qcow2 header.
struct QCOW2Extensions {
    private var found: [UInt32: [UInt8]] = [:]

    /// They end with one of type 0, or at `end`.
    init(_ head: BigEndian, from start: Int, to end: Int) throws(ImageProblem) {
        var offset = start
        while offset < end {
            guard let type: UInt32 = head.number(at: offset),
                let length: UInt32 = head.number(at: offset + 4)
            else { throw .truncated }
            guard let kind = Kind(rawValue: type) else {
                throw ImageProblem("is a qcow2 image with an unknown header extension")
            }
            if kind == .end { return }
            guard length <= end - offset - 8,
                let bytes = head.bytes(at: offset + 8, Int(length))
            else { throw ImageProblem("has a qcow2 header extension that is too long") }
            if let problem = kind.problem { throw ImageProblem(problem) }
            guard found.updateValue(Array(bytes), forKey: type) == nil else {
                throw ImageProblem("has a qcow2 header extension twice")
            }
            offset += 8 + (Int(length) + 7) / 8 * 8
        }
    }

    private enum Kind: UInt32 {
        case end = 0
        case backingFormat = 0xE279_2ACA
        case featureNames = 0x6803_F857
        case bitmaps = 0x2385_2875
        case encryption = 0x0537_BE77
        case dataFile = 0x4441_5441

        /// Why an image may not have it; `nil` if it may.
        var problem: String? {
            switch self {
            case .end, .backingFormat, .featureNames, .bitmaps: nil
            case .encryption: "is an encrypted qcow2 image"
            case .dataFile: "is a qcow2 image with an external data file"
            }
        }
    }

    /// Without it QEMU and libvirt would probe the backing file.
    func backingFormat() throws(ImageProblem) -> DiskFormat {
        let name = found[Kind.backingFormat.rawValue]
            .flatMap { String(validating: $0, as: UTF8.self) }
        guard let format = name.flatMap({ DiskFormat(rawValue: $0) }) else {
            throw ImageProblem(
                "is a qcow2 image that does not declare the format of its backing file as raw or "
                    + "qcow2")
        }
        return format
    }
}
