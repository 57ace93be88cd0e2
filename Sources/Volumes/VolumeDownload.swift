package import Confinement
package import Libvirt
import Protocol
package import System

/// The bytes of a volume that can be downloaded.
package struct VolumeSource {
    /// In bytes.
    package let size: Int64
    /// Opens a range of the bytes. The function that it returns writes all of them, and reports
    /// from time to time how many it has written.
    package let open: (Range<Int64>, _ report: @escaping Report) throws -> Writing
    package typealias Writing = (any VolumeSink) throws -> Void

    package typealias Report = (_ done: Int64) throws -> Void
}

extension Pool {
    /// A volume's bytes: from its file if this process can open it, else from libvirt.
    package func source(
        _ volume: FileName, _ connection: Connection, _ gate: any EffectGate
    ) throws -> VolumeSource {
        let named = VolumeName(pool: name, name: volume.text)
        if let pool = try directoryPool(forWriting: false), try pool.canOpen(volume) {
            let box = FileBox(try pool.open(volume))
            let size = try box.file.status().size
            return VolumeSource(size: size) { range, report in
                { sink in
                    var rest = range
                    while !rest.isEmpty {
                        // Small, because a client that does not read gets all of it later.
                        let piece = rest.prefix(1 << 20)
                        try gate.willGoOnReading(named) { try box.file.status() }
                        guard try sink.take(piece, of: box.file) == piece.count else {
                            throw RequestError(.system, "volume '\(volume.text)' became shorter")
                        }
                        rest = piece.upperBound..<range.upperBound
                        try report(piece.upperBound - range.lowerBound)
                    }
                }
            }
        }
        try requireComplete(volume)
        let found: StorageVolume
        let size: Int64
        do throws(LibvirtError) {
            found = try pool.volume(name: volume.text)
            size = try found.physicalSize()
        } catch { throw RequestError("failed getting '\(volume.text)'", error) }
        return VolumeSource(size: size) { range, report in
            let streamed: StreamedDownload
            do throws(LibvirtError) {
                streamed = try StreamedDownload(range, of: found, connection)
            } catch { throw RequestError("cannot read volume '\(volume.text)'", error) }
            return { sink in
                let isWhole = try streamed.write(to: sink) { done in
                    try gate.willGoOnReading(named) { nil }
                    try report(done)
                }
                guard isWhole else {
                    throw RequestError(.libvirt, "volume '\(volume.text)' became shorter")
                }
            }
        }
    }
}

/// A file in a class, because closures cannot capture noncopyable values.
private final class FileBox {
    let file: FileDescriptor
    init(_ file: consuming FileDescriptor) { self.file = file }
}

extension DirectoryPool {
    /// Whether this process, which need not be root, may open a volume's file.
    fileprivate borrowing func canOpen(_ volume: FileName) throws -> Bool {
        guard try hasFile(volume) else { return true }  // `open` reports the error
        do throws(SystemError) { _ = try directory.open(volume.text) } catch {
            return error.condition != .denied
        }
        return true
    }
}

extension StorageVolume {
    /// The number of bytes in a stream of the volume. A guest sees another size if the volume is,
    /// say, a qcow2 image.
    fileprivate func physicalSize() throws(LibvirtError) -> Int64 {
        do throws(LibvirtError) {
            return Int64(clamping: try info(.physical).allocation)
        } catch {
            // Not every driver has the call with flags.
            return Int64(clamping: try info().capacity)
        }
    }
}
