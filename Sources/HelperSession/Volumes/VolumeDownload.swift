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
            try found.streaming(range, volume.text, connection)
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

    /// Lets libvirt send a range of its bytes; what this returns writes them.
    fileprivate func streaming(
        _ range: Range<Int64>, _ name: String, _ connection: Connection
    ) throws -> (Wire) throws -> Void {
        guard !range.isEmpty else { return { _ in } }  // to libvirt no bytes are all
        let opened = OpenedStream(try connection.dataStream())
        do throws(LibvirtError) {
            try download(
                to: opened.stream, offset: UInt64(range.lowerBound), length: UInt64(range.count),
                sparse: true)
        } catch { throw Refusal("cannot read volume '\(name)'", error) }
        return { wire in
            var left = Int64(range.count)
            var chunk = [UInt8](repeating: 0, count: DataStream.chunkSize)
            while left > 0 {
                switch try opened.stream.receive(into: &chunk, sparse: true) {
                case .bytes(let count):
                    let count = min(Int64(count), left)
                    try wire.writeBody(chunk[..<Int(count)])
                    left -= count
                case .hole(let length):
                    try wire.writeZeros(min(length, left))
                    left -= min(length, left)
                case .end:
                    throw Refusal(.libvirt, "volume '\(name)' ended \(left) bytes too early")
                }
            }
        }
    }
}

/// As `OpenedFile`.
private final class OpenedStream {
    let stream: DataStream
    init(_ stream: consuming DataStream) { self.stream = stream }
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
