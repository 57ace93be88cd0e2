import Libvirt
import System

/// A range of a volume's bytes that libvirt sends. libvirt keeps all bytes in memory that it has
/// received and we have not read, so that a slow client would fill it: therefore the range is
/// requested in pieces.
final class StreamedDownload {
    private let volume: StorageVolume
    private let connection: Connection
    /// The offset of the next byte. It ends the piece at `pieceEnd` and the range at `end`.
    private var offset: Int64
    private var pieceEnd: Int64
    private let end: Int64
    private let start: Int64
    private var stream: DataStream?
    private var pieceLength = StreamedDownload.minimumPieceLength
    /// Whether the piece has contained only holes so far.
    private var isHole = true
    private var chunk = [UInt8](repeating: 0, count: DataStream.chunkSize)

    /// In bytes.
    private static let minimumPieceLength: Int64 = 16 << 20

    /// Requests the first piece unless the range is empty.
    init(
        _ range: Range<Int64>, of volume: StorageVolume, _ connection: Connection
    ) throws(LibvirtError) {
        self.volume = volume
        self.connection = connection
        (offset, pieceEnd, end) = (range.lowerBound, range.lowerBound, range.upperBound)
        start = offset
        if !range.isEmpty { try begin() }
    }

    private func begin() throws(LibvirtError) {
        // Aborts the old stream, if it was not finished, before another one is opened.
        stream = nil
        isHole = true
        let stream = try connection.dataStream()
        let length = min(pieceLength, end - offset)
        try volume.download(
            to: stream, offset: UInt64(offset), length: UInt64(length), sparse: true)
        pieceEnd = offset + length
        self.stream = consume stream
    }

    /// Writes all bytes; returns false if the volume is shorter.
    func write(to sink: any VolumeSink, _ report: VolumeSource.Report) throws -> Bool {
        while offset < end {
            switch try stream?.receive(into: &chunk, sparse: true) {
            case .bytes(let count):
                // A longer piece was requested because only holes came before: shorten it.
                if pieceLength > Self.minimumPieceLength {
                    pieceLength = Self.minimumPieceLength
                    try begin()
                    continue
                }
                // The reply has announced a length: never write more, whatever libvirt sends.
                let count = min(Int64(count), pieceEnd - offset)
                try sink.take(chunk[..<Int(count)])
                offset += count
                isHole = false
            case .hole(let length):
                let count = min(length, pieceEnd - offset)
                try sink.takeZeros(count)
                offset += count
            case .end, nil: return false
            }
            if offset == pieceEnd {
                try report(offset - start)
                try nextPiece()
            }
        }
        return true
    }

    /// At the end of a piece: finishes its stream and requests the next one.
    private func nextPiece() throws(LibvirtError) {
        // libvirt reports a stream as failed that was not read to its end.
        if case .end = try stream?.receive(into: &chunk, sparse: true) {
            try stream.take()?.finish()
        }
        // A hole needs no memory in libvirt, whatever its length: double the piece, so that a
        // large sparse volume takes few requests. The limit keeps the product in range.
        pieceLength = isHole ? min(pieceLength, 1 << 60) * 2 : Self.minimumPieceLength
        if offset < end { try begin() }
    }
}
