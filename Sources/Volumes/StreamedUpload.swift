import Confinement
package import Libvirt
import Lifetime
import Protocol
import System
package import Wire
import XML

// Uploads whose bytes libvirt writes: to pools that are not directories, and on other hosts.

/// The beginning of the name of a volume that is filled before it gets its own name.
let streamedVolumePrefix = "atex-virt-helper-volume-"

extension Pool {
    /// Creates a volume and lets libvirt fill it with the body; it is removed if anything fails.
    /// Returns the format.
    ///
    /// If the volumes are files that this process can rename, the volume gets its name when it is
    /// complete. libvirt itself cannot rename volumes: elsewhere a new volume has its name from the
    /// start, and the journal says that it is incomplete. An old volume stays until the new one is
    /// complete, which is then copied to its name.
    package func receive(
        _ upload: VolumeUpload, _ wire: Wire, _ host: HostConnection,
        _ overwriting: OverwriteGuard, _ progress: inout Progress
    ) throws -> String {
        try overwriting.gate.willStream(into: VolumeName(pool: name, name: upload.name.text))
        try upload.lifetime.check(self)
        // Another process may have added or removed files since libvirt looked.
        try refresh()
        let old = try volume(upload.name.text)
        // Also if it does not exist at present: its record would remove the new volume, too.
        try requireComplete(upload.name)
        guard upload.isReplacing || old == nil else { throw upload.exists(in: name) }
        guard old == nil || type != "disk" else {
            throw RequestError(
                .unsupported, "pool '\(name)' names its volumes itself, so none can be replaced",
                object: upload.name.text, hint: "remove the volume first")
        }
        if old != nil { try overwriting.check(upload.name, in: self) }
        let isRenamed = canRename
        let isTemporary = isRenamed || old != nil
        let target = isTemporary ? streamedVolumePrefix + randomName() : upload.name.text
        let connection = try host.open()
        let body = try UploadBody(UploadContent(upload, wire))
        // Before the volume exists.
        let pending = PendingVolume(
            self, target, isTemporary ? .uniqueName : .requested(body.length))
        let rollback = try pending.begin(host)
        let created = try pending.create(xml: volumeXML(target, body.length))
        let format = try fill(created, pending, upload, body, connection, &progress)
        try flush(created)
        if isRenamed {
            try rename(target, for: upload, overwriting)
            rollback.commit()
            refreshIfPossible()
            return format
        }
        guard let old else {
            let claim = try upload.lifetime.claim(created, as: upload.name, in: self, host)
            rollback.commit()
            claim?.keep()
            refreshIfPossible()
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
        try replace(old, by: created, upload, host)
        _ = consume rollback  // removes the volume with the temporary name
        refreshIfPossible()
        return format
    }

    /// The volume is complete, and libvirt finds it later if it cannot look now.
    private func refreshIfPossible() {
        do { try refresh() } catch { LibvirtError.forgetReported() }
    }

    /// Whether the volumes are files in a directory of this host in which this process may write.
    private var canRename: Bool {
        guard isLocal, ["dir", "fs", "netfs"].contains(type) else { return false }
        do throws(SystemError) { return try Directory(path).isWritable } catch { return false }
    }

    /// Gives a complete file the name of the upload's volume, in one step.
    private func rename(
        _ temporary: String, for upload: VolumeUpload, _ overwriting: OverwriteGuard
    ) throws {
        let files = DirectoryPool(self, try openDirectory())
        let name = upload.name
        let claim: VolumeClaim?
        do {
            claim = try upload.lifetime.claim(
                files.directory.open(temporary), as: name, in: files, overwriting.host)
            guard upload.isReplacing, try files.directory.kind(of: name.text) == .regular else {
                try AtomicFile.renameDurably(temporary, toFree: name.text, in: files.directory)
                claim?.keep()
                return
            }
        } catch let error as SystemError {
            if error.condition == .exists { throw upload.exists(in: self.name) }
            throw RequestError("cannot rename the new volume to '\(name.text)'", error)
        }
        try overwriting.checkAgain(name, in: files)
        do throws(SystemError) {
            // A user who could open the old volume can open the new one.
            let attributes = try files.directory.open(name.text).attributes()
            try files.directory.open(temporary).apply(attributes)
            try AtomicFile.renameDurably(temporary, to: name.text, in: files.directory)
            claim?.keep()
        } catch { throw RequestError("cannot replace volume '\(name.text)'", error) }
    }

    /// Removes a volume and copies another to its name, if the pool has room for the copy.
    private func replace(
        _ old: StorageVolume, by new: StorageVolume, _ upload: VolumeUpload,
        _ host: HostConnection
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
            // A part of the copy must not be taken for the volume.
            let pending = PendingVolume(self, name, .requested(needed.capacity))
            // First: if there can be no record, the old volume stays.
            let rollback = try pending.begin(host)
            try old.delete()
            let copy = try pending.create(xml: volumeXML(name, needed.capacity), from: new)
            try flush(copy)
            let claim = try upload.lifetime.claim(copy, as: upload.name, in: self, host)
            rollback.commit()
            claim?.keep()
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
            try upload.check(checksum.finish(), encoded: body.encodedChecksum)
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
