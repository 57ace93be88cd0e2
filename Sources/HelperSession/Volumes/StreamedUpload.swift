import Host
import Libvirt
import Synchronization
import XML

// Volumes that libvirt alone can reach: those of other pools than directories, and of other hosts.

extension FoundPool {
    /// Makes a volume and lets libvirt fill it with a body. It has its name meanwhile, as no pool
    /// can rename; should anything fail it is removed. What is to be replaced stays until another
    /// volume is whole, which is then copied into its place. Returns the format.
    func receive(
        _ upload: VolumeUpload, _ wire: Wire, _ host: HostConnection,
        _ progress: inout Progress
    ) throws -> String {
        try refresh()
        let old = try volume(upload.name.text)
        guard upload.isReplacing || old == nil else { throw upload.exists(in: name) }
        guard old == nil || type != "disk" else {
            throw Refusal(
                .unsupported, "pool '\(name)' names its volumes itself, so none can be replaced",
                object: upload.name.text, hint: "remove the volume first")
        }
        let target = old == nil ? upload.name.text : "atex-virt-helper-volume-" + randomName()
        let begun = BegunVolume(pool, target)
        let (name, connection) = (name, try host.open())
        let undo = Undo(
            try host.undoing { (connection) throws(LibvirtError) in
                try begun.remove(connection, pool: name)
            })
        let made = try begun.make(xml: xml(target, upload.length))
        let format = try fill(made, begun, upload, wire, connection, &progress)
        guard let old else {
            undo.forget()
            try refresh()
            return format
        }
        // libvirt would copy what an image means, not its bytes.
        guard !isOfFiles || ["raw", "iso"].contains(format) else {
            throw Refusal(
                .unsupported,
                "pool '\(name)' cannot replace a volume by an image of format \(format)",
                hint: "remove volume '\(upload.name.text)' first")
        }
        try refresh()
        try replace(old, by: made, upload)
        _ = consume undo
        try refresh()
        return format
    }

    /// Removes a volume and copies another into its place, if there is room for that.
    private func replace(
        _ old: StorageVolume, by made: StorageVolume, _ upload: VolumeUpload
    ) throws {
        let name = upload.name.text
        do {
            let (available, freed) = (try pool.info().available, try old.info().allocation)
            let needed = try made.info()
            guard needed.allocation <= freed || needed.allocation - freed <= available else {
                throw Refusal(
                    .noSpace, "the pool has no room to copy volume '\(name)'", object: name)
            }
            try old.delete()
            _ = try pool.createVolume(xml: xml(name, needed.capacity), from: made)
        } catch let error as LibvirtError {
            throw Refusal("cannot replace volume '\(name)'", error)
        }
    }

    private func volume(_ name: String) throws -> StorageVolume? {
        do throws(LibvirtError) { return try pool.volume(name: name) } catch {
            guard error.code == .noStorageVolume else {
                throw Refusal("failed getting '\(name)'", error)
            }
            return nil
        }
    }

    fileprivate var isOfFiles: Bool {
        ["dir", "fs", "netfs", "vstorage", "gluster"].contains(type)
    }

    private func xml(_ name: String, _ capacity: UInt64) -> String {
        var xml = Writer()
        xml.element("volume") { xml in
            xml.element("name", text: name)
            xml.element("capacity", ["unit": "bytes"], text: "\(capacity)")
            guard isOfFiles else { return }  // others would take it for a volume on demand
            xml.element("allocation", text: "0")
            xml.element("target") { xml in xml.element("format", ["type": "raw"]) }
        }
        return xml.text
    }

    private func fill(
        _ volume: StorageVolume, _ begun: BegunVolume, _ upload: VolumeUpload, _ wire: Wire,
        _ connection: Connection, _ progress: inout Progress
    ) throws -> String {
        do {
            let room = try volume.info().capacity
            var space = try SpaceLeft(self)
            let stream = try connection.dataStream()
            begun.streams(DataStream.Abort(stream))
            try Lifeline.step { () throws(LibvirtError) in
                try volume.upload(from: stream, offset: 0, length: 0, sparse: true)
            }
            var head: [UInt8] = []
            let checksum = try Checksum()
            var done: UInt64 = 0
            try wire.readBody { piece in
                for section in upload.sections(of: piece, at: done) {
                    if section.isZero {
                        try stream.sendHole(Int64(section.range.count))
                    } else {
                        try space.take(section.range.count, upload)
                        try stream.sendAll(piece[section.range])
                    }
                }
                head += piece.prefix(ImageFormat.headLength - head.count)
                if upload.sha256 != nil { try checksum.update(piece) }
                done += UInt64(piece.count)
                try progress.report(done: done, total: upload.length)
            }
            // A device is larger, and has what was there before.
            if room > done { try stream.sendHole(Int64(clamping: room - done)) }
            try upload.check(checksum.finish())
            let format = try upload.checkedFormat(head)
            try stream.finish()
            return format
        } catch let error as LibvirtError {
            throw Refusal(
                "cannot fill volume '\(upload.name.text)' with \(upload.length) bytes", error)
        }
    }
}

/// How much a pool of files has room for yet. libvirtd must not find out by itself: 11.3 dies of a
/// disk that is full when a stream writes to it.
private struct SpaceLeft {
    private var bytes = UInt64.max

    init(_ found: FoundPool) throws(LibvirtError) {
        if found.isOfFiles { bytes = try found.pool.info().available }
    }

    /// Some bytes are to be written; a file system needs a little more than that for them.
    mutating func take(_ count: Int, _ upload: VolumeUpload) throws {
        let needed = UInt64(count + count / 64)
        guard needed <= bytes else {
            throw Refusal(
                .noSpace,
                "the pool has no room for volume '\(upload.name.text)' of \(upload.length) bytes",
                object: upload.name.text)
        }
        if bytes != .max { bytes -= needed }
    }
}

extension DataStream {
    fileprivate func sendAll(_ bytes: ArraySlice<UInt8>) throws(LibvirtError) {
        var rest = bytes
        while !rest.isEmpty {
            let part = rest.prefix(Self.chunkSize)
            let sent = try Lifeline.step { () throws(LibvirtError) in try send(part.span) }
            rest = rest.dropFirst(sent)
        }
    }
}

/// A volume that may have to be removed again, from another thread, too.
private final class BegunVolume: Sendable {
    private let pool: StoragePool
    private let name: String
    private let state = Mutex<(isMade: Bool, abort: DataStream.Abort?)>((false, nil))

    init(_ pool: StoragePool, _ name: String) {
        self.pool = pool
        self.name = name
    }

    func make(xml: String) throws -> StorageVolume {
        do throws(LibvirtError) {
            return try Lifeline.step { () throws(LibvirtError) in
                let volume = try pool.createVolume(xml: xml)
                // Only now: what has the name already is not ours.
                state.withLock { $0.isMade = true }
                return volume
            }
        } catch { throw Refusal("cannot make volume '\(name)'", error) }
    }

    func streams(_ abort: DataStream.Abort) { state.withLock { $0.abort = abort } }

    /// Removes it, once libvirt has noticed that nothing is written any more. The connection need not
    /// be the one that it was made by.
    func remove(_ connection: Connection, pool: String) throws(LibvirtError) {
        let (isMade, abort) = state.withLock { ($0.isMade, $0.abort) }
        guard isMade else { return }
        abort?()
        let pool = try connection.storagePool(name: pool)
        for turn in 1...100 {
            do throws(LibvirtError) {
                return try pool.volume(name: name).delete()
            } catch {
                if error.code == .noStorageVolume { return }
                if error.isLoss || turn == 100 { throw error }
            }
            pause(milliseconds: 50)
        }
    }
}
