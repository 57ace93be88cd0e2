package import Confinement
import Lifetime
import Protocol
package import System
package import Wire

/// Encodes the bytes of a volume into a file of the session's directory: a reply announces how many
/// bytes follow it, and only the end of the encoding shows that.
package final class EncodedDownload {
    /// Of the encoded bytes.
    package private(set) var length: Int64 = 0
    /// Without a name, so that it vanishes with the descriptor.
    private let file: FileDescriptor
    private let volume: FileName
    /// As long as the file exists.
    private let stored: StoredPart

    /// Encodes a range. `report` gets the number of bytes of the volume that are done.
    package init(
        _ volume: FileName, _ range: Range<Int64>, from source: VolumeSource,
        _ gate: any EffectGate, _ report: @escaping VolumeSource.Report
    ) throws {
        self.volume = volume
        stored = StoredPart(gate)
        do throws(SystemError) {
            file = try AtomicFile(in: Directory("."), isNamed: false).descriptor.duplicate()
        } catch { throw Self.failure(volume, error) }
        let write = try source.open(range, report)
        do {
            let encoder = try Encoder { [unowned self] in try add($0) }
            try write(EncodingSink(encoder))
            try encoder.finish()
        } catch let error as SystemError {
            throw Self.failure(volume, error)
        } catch let error as CodingError {
            throw RequestError(
                .system, "cannot encode volume '\(volume.text)': \(error.message)",
                object: volume.text)
        }
    }

    private static func failure(_ volume: FileName, _ error: SystemError) -> RequestError {
        RequestError("cannot encode volume '\(volume.text)' in '\(currentDirectory())'", error)
    }

    /// How often the space is looked at, in bytes.
    private static let step: Int64 = 1 << 24

    private func add(_ bytes: ArraySlice<UInt8>) throws {
        // The directory's file system is not the client's to fill.
        if length % Self.step + Int64(bytes.count) >= Self.step || length == 0 {
            let space = try FileSystem(of: ".")
            // Some file systems do not report sizes.
            guard space.capacity == 0 || space.available > space.capacity / 20 else {
                throw RequestError(
                    .noSpace,
                    "cannot encode volume '\(volume.text)': '\(currentDirectory())' has no room for "
                        + "the encoded bytes", object: volume.text,
                    hint: "download it without encoding, or in parts")
            }
        }
        try stored.add(UInt64(bytes.count))
        try file.write(bytes)
        length += Int64(bytes.count)
    }

    /// Writes the encoded bytes; `report` gets their number.
    package func write(to wire: Wire, _ report: VolumeSource.Report) throws {
        var offset: Int64 = 0
        while offset < length {
            let end = min(offset + 64 << 20, length)
            guard try wire.writeBody(offset..<end, of: file) == end - offset else {
                throw RequestError(.system, "the encoded bytes have vanished")
            }
            offset = end
            try report(offset)
        }
    }
}

private final class EncodingSink: VolumeSink {
    private let encoder: Encoder

    init(_ encoder: Encoder) { self.encoder = encoder }

    func take(_ bytes: ArraySlice<UInt8>) throws { try encoder.add(bytes) }

    func take(_ range: Range<Int64>, of file: borrowing FileDescriptor) throws -> Int64 {
        var offset = range.lowerBound
        while offset < range.upperBound {
            let (isData, length) = try file.extent(at: offset)
            let end = min(range.upperBound, offset + length)
            // The file ends here.
            if end <= offset { break }
            if isData {
                let bytes = try file.bytes(at: offset, atMost: Int(min(end - offset, 1 << 20)))
                if bytes.isEmpty { break }
                try encoder.add(bytes[...])
                offset += Int64(bytes.count)
            } else {
                // Not read: that would fill the host's memory with zeros.
                try takeZeros(end - offset)
                offset = end
            }
        }
        return offset - range.lowerBound
    }
}
