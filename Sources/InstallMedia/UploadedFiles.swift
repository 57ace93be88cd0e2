import CleanUp
package import Libvirt
import Lifetime
import Synchronization
import System
import XML

/// Copies of files on the host of the guests, which cannot read the files of this host.
/// virt-install 4.1.0: volumeupload.py.
package final class UploadedFiles: Sendable {
    private let volumes = Mutex<[Copy]>([])
    /// Aborts the current upload: libvirt does not delete a volume during one.
    private let abort = Mutex<DataStream.Abort?>(nil)

    private struct Copy {
        let volume: StorageVolume
        /// For another process, if this one is killed.
        let journal: JournalEntry
    }

    /// Whether a pool may be created or started for the copies.
    private let makesPools: Bool

    package init(makesPools: Bool = true) { self.makesPools = makesPools }

    /// Uploads files into the pool of a directory and returns their paths there. The pool is
    /// created if there is none.
    package func upload(
        _ paths: [String], to directory: String, _ connection: Connection,
        progress: TransferProgress
    ) throws -> [String] {
        let pool = try pool(directory, connection)
        return try paths.map { try upload($0, to: pool, connection, progress) }
    }

    /// Deletes all copies. Must be called on the thread that uploads, or while that thread is
    /// outside of `CriticalSection.run`.
    package func removeAll() {
        abort.withLock { $0 }?()
        while let volume = volumes.withLock({ $0.popLast() }) { Self.remove(volume) }
    }

    private static func remove(_ copy: Copy) {
        // The daemon takes a moment to notice that a stream was aborted; until then the volume is
        // in use, which is "operation invalid".
        for _ in 0..<40 {
            do throws(LibvirtError) {
                try copy.volume.delete()
                return copy.journal.remove()
            } catch {
                LibvirtError.forgetReported()
                if error.code == .noStorageVolume { return copy.journal.remove() }
                // The host is unreachable.
                guard error.code == .operationInvalid else { return copy.journal.leave() }
            }
            pause(milliseconds: 25)
        }
        copy.journal.leave()
    }

    private static func note(_ begun: BegunVolume, _ journal: JournalEntry) throws {
        do throws(SystemError) { try journal.note(.volume(begun)) } catch {
            throw MediaError(
                .unwritable,
                "cannot write to the journal '\(Journal.current?.path ?? "")': \(error.message)")
        }
    }

    private func pool(_ directory: String, _ connection: Connection) throws -> StoragePool {
        let pools = try connection.storagePools()
        for pool in pools
        where try Document(parsing: pool.xml()).text("/pool/target/path") == directory {
            if try !pool.info().isRunning {
                guard makesPools else { throw Self.missingPool(directory) }
                try pool.start()
            }
            try pool.refresh()
            return pool
        }
        guard makesPools else { throw Self.missingPool(directory) }
        let name = Self.unusedName("boot-scratch", among: try pools.map { try $0.name() })
        var writer = Writer()
        writer.element("pool", ["type": "dir"]) { pool in
            pool.element("name", text: name)
            pool.element("target") { $0.element("path", text: directory) }
        }
        let pool = try connection.defineStoragePool(xml: writer.text)
        do throws(LibvirtError) {
            try pool.start()
            try pool.setAutostart(true)
        } catch {
            // Roll back, but report the first error.
            do throws(LibvirtError) { if try pool.isActive() { try pool.destroy() } } catch {
                LibvirtError.forgetReported()
            }
            do throws(LibvirtError) { try pool.undefine() } catch { LibvirtError.forgetReported() }
            throw MediaError(
                .unwritable, "Could not start storage pool: \(error.message)")
        }
        return pool
    }

    private static func missingPool(_ directory: String) -> MediaError {
        MediaError(
            .unwritable,
            "there is no active storage pool for '\(directory)': an administrator has to define "
                + "and start the pool 'boot-scratch'")
    }

    /// `base`, or the first of `base-1`, `base-2`, ... that is not taken.
    private static func unusedName(_ base: String, among names: [String]) -> String {
        guard names.contains(base) else { return base }
        return (1...names.count).lazy.map { "\(base)-\($0)" }.first { !names.contains($0) } ?? base
    }

    private func upload(
        _ path: String, to pool: StoragePool, _ connection: Connection, _ progress: TransferProgress
    ) throws -> String {
        let file = try FileDescriptor.reading(path)
        let size = try file.status().size
        let name = Self.unusedName(
            ScratchFiles.nameOfCopy(of: path), among: try pool.volumes().map { try $0.name() })
        var writer = Writer()
        writer.element("volume") { volume in
            volume.element("name", text: name)
            volume.element("capacity", text: "\(size)")
            volume.element("allocation", text: "0")
            volume.element("target") { $0.element("format", ["type": "raw"]) }
        }
        let begun = BegunVolume(
            uri: try connection.uri(), pool: try pool.name(), name: name,
            .requested(UInt64(size)))
        let journal = JournalEntry(isDurable: true)
        try Self.note(begun, journal)
        // A clean-up waits until the volume is registered; after that no volume is created.
        let volume: StorageVolume
        do throws(LibvirtError) {
            volume = try CriticalSection.run { () throws(LibvirtError) in
                let volume = try pool.createVolume(xml: .own(writer.text))
                volumes.withLock { $0.append(Copy(volume: volume, journal: journal)) }
                return volume
            }
        } catch {
            if error.isLoss { journal.leave() } else { journal.remove() }
            throw error
        }
        try Self.note(begun.made(volume, isLocal: connection.isLocal()), journal)
        let stream = try connection.dataStream()
        abort.withLock { $0 = DataStream.Abort(stream) }
        defer { abort.withLock { $0 = nil } }
        try volume.upload(from: stream, offset: 0, length: UInt64(size), sparse: false)
        progress(.began("Transferring '\(baseName(of: path))'", total: size))
        var chunk = [UInt8](repeating: 0, count: DataStream.chunkSize)
        var done: Int64 = 0
        while true {
            try Cancellation.check()
            let count = try file.read(into: &chunk, atMost: chunk.count)
            if count == 0 { break }
            var sent = 0
            while sent < count {
                // The clean-up thread aborts the stream: not during a call.
                sent += try CriticalSection.run { () throws(LibvirtError) in
                    try stream.send(chunk.span.extracting(sent..<count))
                }
            }
            done += Int64(count)
            progress(.advanced(done: done, total: size))
        }
        try stream.finish()
        progress(.ended(done: done))
        return try volume.path()
    }
}
