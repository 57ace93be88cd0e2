import Host
import Libvirt

/// Where a volume's bytes come from.
struct VolumeSource {
    /// In bytes.
    let size: Int64
    /// Begins to read a range of them; what it returns writes them all.
    let open: (Range<Int64>) throws -> (Wire) throws -> Void
}

extension FoundPool {
    /// The bytes of a volume: those of its file, where this process can open that, else what
    /// libvirt sends.
    func source(_ volume: FileName, _ connection: Connection) throws -> VolumeSource {
        if let pool = try directoryPool(toWrite: false), try pool.canOpen(volume) {
            let box = OpenedFile(try pool.open(volume))
            let size = try box.file.attributes().size
            return VolumeSource(size: size) { range in
                { wire in
                    guard try wire.writeBody(range, of: box.file) == range.count else {
                        throw Refusal(.system, "volume '\(volume.text)' became shorter")
                    }
                }
            }
        }
        let found: StorageVolume
        let size: Int64
        do throws(LibvirtError) {
            found = try pool.volume(name: volume.text)
            size = try found.physicalSize()
        } catch { throw Refusal("failed getting '\(volume.text)'", error) }
        return VolumeSource(size: size) { range in
            let streamed: StreamedRange
            do throws(LibvirtError) {
                streamed = try StreamedRange(range, of: found, connection)
            } catch { throw Refusal("cannot read volume '\(volume.text)'", error) }
            return { wire in
                guard try streamed.write(to: wire) else {
                    throw Refusal(.libvirt, "volume '\(volume.text)' became shorter")
                }
            }
        }
    }
}

/// A file in a box: closures take no values that cannot be copied.
private final class OpenedFile {
    let file: File
    init(_ file: consuming File) { self.file = file }
}

extension DirectoryPool {
    /// Whether this process, which need not be root, may open a volume's file.
    fileprivate borrowing func canOpen(_ volume: FileName) throws -> Bool {
        guard try kind(of: volume) == .file else { return true }  // and have that refused
        do throws(SystemError) { _ = try directory.open(volume.text) } catch {
            return error.condition != .denied
        }
        return true
    }
}

extension StorageVolume {
    /// How many bytes a stream of it has, which is not what a guest sees of, say, a qcow2 image.
    fileprivate func physicalSize() throws(LibvirtError) -> Int64 {
        do throws(LibvirtError) {
            return Int64(clamping: try info(.physical).allocation)
        } catch {
            // Not every driver has the call with flags.
            return Int64(clamping: try info().capacity)
        }
    }
}

/// A range of a volume's bytes that libvirt sends. What it sends and we have not taken yet is in our
/// memory, all of it, where the client is slow: so it is asked for a piece at a time.
private final class StreamedRange {
    private let volume: StorageVolume
    private let connection: Connection
    /// Where the next byte is from, and where the piece and the range end.
    private var place: Int64
    private var pieceEnd: Int64
    private let end: Int64
    private var stream: DataStream?
    private var pieceLength = StreamedRange.shortest
    /// Whether the piece has had nothing but holes so far.
    private var isHole = true
    private var chunk = [UInt8](repeating: 0, count: DataStream.chunkSize)

    /// In bytes.
    private static let shortest: Int64 = 16 << 20

    /// Begins with the first piece, if there is one.
    init(
        _ range: Range<Int64>, of volume: StorageVolume, _ connection: Connection
    ) throws(LibvirtError) {
        self.volume = volume
        self.connection = connection
        (place, pieceEnd, end) = (range.lowerBound, range.lowerBound, range.upperBound)
        if !range.isEmpty { try begin() }
    }

    private func begin() throws(LibvirtError) {
        stream = nil
        isHole = true
        let stream = try connection.dataStream()
        let length = min(pieceLength, end - place)
        try volume.download(
            to: stream, offset: UInt64(place), length: UInt64(length), sparse: true)
        pieceEnd = place + length
        self.stream = consume stream
    }

    /// Writes all of it; `false` where the volume has less.
    func write(to wire: Wire) throws -> Bool {
        while place < end {
            switch try stream?.receive(into: &chunk, sparse: true) {
            case .bytes(let count):
                // More than this is asked for behind holes only, in the hope of others.
                if pieceLength > Self.shortest {
                    pieceLength = Self.shortest
                    try begin()
                    continue
                }
                let count = min(Int64(count), pieceEnd - place)
                try wire.writeBody(chunk[..<Int(count)])
                place += count
                isHole = false
            case .hole(let length):
                let count = min(length, pieceEnd - place)
                try wire.writeZeros(count)
                place += count
            case .end, nil: return false
            }
            if place == pieceEnd { try goOn() }
        }
        return true
    }

    private func goOn() throws(LibvirtError) {
        // To libvirt what is not read to its end has failed.
        if case .end = try stream?.receive(into: &chunk, sparse: true) {
            try stream.take()?.finish()
        }
        pieceLength = isHole ? min(pieceLength, 1 << 60) * 2 : Self.shortest
        if place < end { try begin() }
    }
}

extension Wire {
    /// What a hole reads as.
    fileprivate func writeZeros(_ count: Int64) throws(SystemError) {
        let zeros = [UInt8](repeating: 0, count: Int(min(count, 1 << 18)))
        var left = count
        while left > 0 {
            let part = min(left, Int64(zeros.count))
            try writeBody(zeros[..<Int(part)])
            left -= part
        }
    }
}
