import Confinement
package import Libvirt
import Lifetime
import Protocol
import System
package import Wire
import XML

// Uploads to volumes that only libvirt can reach: in pools other than directories, on other hosts.

/// The beginning of the name of a volume that is filled before it replaces another.
let streamedVolumePrefix = "atex-virt-helper-volume-"

extension Pool {
    /// Creates a volume and lets libvirt fill it with the body. It has its final name from the
    /// start, because pools cannot rename volumes; it is removed if anything fails. A volume that
    /// is to be replaced stays until the new one is complete, which is then copied to its name.
    /// Returns the format.
    package func receive(
        _ upload: VolumeUpload, _ wire: Wire, _ host: HostConnection,
        _ overwriting: OverwriteGuard, _ progress: inout Progress
    ) throws -> String {
        try overwriting.gate.willStream(into: VolumeName(pool: name, name: upload.name.text))
        // Another process may have added or removed files since libvirt looked.
        try refresh()
        let old = try volume(upload.name.text)
        guard upload.isReplacing || old == nil else { throw upload.exists(in: name) }
        guard old == nil || type != "disk" else {
            throw RequestError(
                .unsupported, "pool '\(name)' names its volumes itself, so none can be replaced",
                object: upload.name.text, hint: "remove the volume first")
        }
        if old != nil { try overwriting.check(upload.name, in: self) }
        let target = old == nil ? upload.name.text : streamedVolumePrefix + randomName()
        let pending = PendingVolume(pool, target)
        let (name, connection) = (name, try host.open())
        // Before the volume exists; `pending` knows whether it was created.
        let rollback = Rollback(
            try host.rollbackAction { (connection) throws(LibvirtError) in
                try pending.remove(connection, pool: name)
            })
        let body = try UploadBody(upload, wire)
        let created = try pending.create(xml: volumeXML(target, body.length))
        let format = try fill(created, pending, upload, body, connection, &progress)
        try flush(created)
        guard let old else {
            rollback.commit()
            try refresh()
            return format
        }
        // libvirt would convert an image in another format instead of copying its bytes.
        guard !storesFiles || ["raw", "iso"].contains(format) else {
            throw RequestError(
                .unsupported,
                "pool '\(name)' cannot replace a volume by an image of format \(format)",
                hint: "remove volume '\(upload.name.text)' first")
        }
        try refresh()
        if overwriting.isStale { try overwriting.check(upload.name, in: self) }
        try replace(old, by: created, upload)
        _ = consume rollback  // removes the volume with the temporary name
        try refresh()
        return format
    }

    /// Removes a volume and copies another to its name, if the pool has room for the copy.
    private func replace(
        _ old: StorageVolume, by new: StorageVolume, _ upload: VolumeUpload
    ) throws {
        let name = upload.name.text
        do {
            // Check before deleting: neither the deletion nor a failed copy can be undone.
            let (available, freed) = (try pool.info().available, try old.info().allocation)
            let needed = try new.info()
            guard needed.allocation <= freed || needed.allocation - freed <= available else {
                throw RequestError(
                    .noSpace, "the pool has no room to copy volume '\(name)'", object: name)
            }
            try old.delete()
            try flush(
                pool.createVolume(xml: .own(volumeXML(name, needed.capacity)), from: new))
        } catch let error as LibvirtError {
            throw RequestError("cannot replace volume '\(name)'", error)
        }
    }

    /// `nil` if there is no such volume.
    private func volume(_ name: String) throws -> StorageVolume? {
        do throws(LibvirtError) { return try pool.volume(name: name) } catch {
            guard error.code == .noStorageVolume else {
                throw RequestError("failed getting '\(name)'", error)
            }
            return nil
        }
    }

    private func volumeXML(_ name: String, _ capacity: UInt64) -> String {
        var xml = Writer()
        xml.element("volume") { xml in
            xml.element("name", text: name)
            xml.element("capacity", ["unit": "bytes"], text: "\(capacity)")
            guard storesFiles else { return }  // other types would create a thin volume
            xml.element("allocation", text: "0")
            xml.element("target") { xml in xml.element("format", ["type": "raw"]) }
        }
        return xml.text
    }

    private func fill(
        _ volume: StorageVolume, _ pending: PendingVolume, _ upload: VolumeUpload,
        _ body: UploadBody, _ connection: Connection, _ progress: inout Progress
    ) throws -> String {
        do {
            let capacity = try volume.info().capacity
            var space = try SpaceLeft(self)
            let stream = try connection.dataStream()
            pending.setAbort(DataStream.Abort(stream))
            // From here on a rollback has a stream to abort. Length 0: up to the end of the
            // stream.
            try CriticalSection.run { () throws(LibvirtError) in
                try volume.upload(from: stream, offset: 0, length: 0, sparse: true)
            }
            var head: [UInt8] = []
            try Checksum.requireLibrary()
            let checksum = try Checksum()
            var done: UInt64 = 0
            try body.read { piece in
                for extent in upload.extents(of: piece, at: done) {
                    if extent.isZero {
                        try stream.sendHole(Int64(extent.range.count))
                    } else {
                        try space.reserve(extent.range.count, upload)
                        try stream.sendAll(piece[extent.range])
                    }
                }
                head += piece.prefix(ImageFormat.headLength - head.count)
                if upload.sha256 != nil { try checksum.update(piece) }
                done += UInt64(piece.count)
                try progress.report(done: done, total: body.length)
            }
            // A device is larger and contains old bytes after the end.
            if capacity > done { try stream.sendHole(Int64(clamping: capacity - done)) }
            // Before `finish`: an error here aborts the stream, and the rollback removes the
            // volume.
            try upload.check(checksum.finish())
            let format = try upload.checkedFormat(head)
            try stream.finish()
            return format
        } catch let error as LibvirtError {
            throw RequestError(
                "cannot fill volume '\(upload.name.text)' with \(body.length) bytes", error)
        }
    }
}

extension DataStream {
    fileprivate func sendAll(_ bytes: ArraySlice<UInt8>) throws(LibvirtError) {
        var rest = bytes
        while !rest.isEmpty {
            let chunk = rest.prefix(Self.chunkSize)
            // A rollback aborts the stream: it must not do so during a call on it.
            let sent = try CriticalSection.run { () throws(LibvirtError) in
                try send(chunk.span)
            }
            rest = rest.dropFirst(sent)
        }
    }
}
