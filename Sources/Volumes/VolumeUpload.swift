import Confinement
import Lifetime
import Protocol
package import System
package import Wire

/// An upload as the client describes it.
package struct VolumeUpload {
    package let name: FileName
    /// Of the bytes that the client sends, which may be encoded.
    let length: BodyLength
    let encoding: UploadEncoding
    /// The format that the content must have; `nil` for any.
    let format: String?
    /// Whether zeros become holes.
    let isSparse: Bool
    /// In lower case.
    let sha256: String?
    let isReplacing: Bool
    let lifetime: VolumeLifetime

    package init(
        name: FileName, length: BodyLength, encoding: UploadEncoding = .plain, format: String?,
        isSparse: Bool, sha256: String?, isReplacing: Bool, lifetime: VolumeLifetime = .permanent
    ) {
        self.name = name
        self.length = length
        self.encoding = encoding
        self.format = format
        self.isSparse = isSparse
        self.sha256 = sha256
        self.isReplacing = isReplacing
        self.lifetime = lifetime
    }

    func exists(in pool: String) -> RequestError {
        RequestError(
            .exists, "volume '\(name.text)' already exists in pool '\(pool)'; replace replaces it",
            object: name.text)
    }

    /// The format of the received bytes; throws if it is not the one that the client named.
    func checkedFormat(_ head: [UInt8]) throws -> String {
        let probed = ImageFormat.probed(head)
        guard ImageFormat.isPlausible(format ?? probed, for: probed) else {
            throw RequestError(
                .badRequest,
                "the bytes for volume '\(name.text)' are \(probed), not \(format ?? "")",
                object: name.text, hint: "name that format, or none", concernsBody: true)
        }
        return probed
    }

    /// `encoded` is the checksum of the bytes as the client sent them, if they were encoded: the
    /// client may know either.
    func check(_ checksum: String, encoded: String? = nil) throws {
        guard let sha256, sha256 != checksum, sha256 != encoded else { return }
        let decoded = encoded == nil ? "" : ", decoded \(checksum)"
        throw RequestError(
            .badRequest,
            "the bytes for volume '\(name.text)' have the SHA-256 \(encoded ?? checksum)\(decoded), "
                + "not \(sha256)",
            object: name.text, hint: "they changed in transit: send them again",
            concernsBody: true)
    }

    /// The data and the zeros in a piece of the body.
    func extents(of piece: ArraySlice<UInt8>, at offset: UInt64) -> [Extent] {
        guard isSparse else { return [Extent(isZero: false, range: piece.indices)] }
        return System.extents(of: piece, at: Int64(offset))
    }
}

extension DirectoryPool {
    /// Creates a volume's file from the body. It gets its name when it is complete and valid.
    /// Returns its format.
    package borrowing func receive(
        _ upload: VolumeUpload, _ wire: Wire, _ overwriting: OverwriteGuard,
        _ progress: inout Progress
    ) throws -> String {
        try upload.lifetime.check(self)
        let gate = overwriting.gate
        try gate.willWrite(volume(upload.name))
        // To fail early; `publish` decides, because the name may be taken until then.
        if try hasFile(upload.name) {
            guard upload.isReplacing else { throw upload.exists(in: name) }
            try overwriting.check(upload.name, in: self)
        }
        try requireComplete(upload.name)
        let content = try UploadContent(upload, wire)
        let stored = StoredPart(gate)
        if let length = content.length { try stored.add(length) }
        guard (content.length ?? 0) <= UInt64(Int64.max) else {
            throw RequestError(.noSpace, "no file can have the size\(content.ofBytes)")
        }
        let format: String
        do {
            let new = try AtomicFile(in: directory)
            // At once, so that file systems do not preallocate space beyond the end as it grows.
            if let length = content.length { try new.descriptor.setSize(Int64(length)) }
            if upload.sha256 == nil {
                try fill(new.descriptor, upload, content, stored, &progress) { _ in }
            } else {
                let checksum = try FileChecksum.following(new.descriptor) { checksum in
                    try fill(new.descriptor, upload, content, stored, &progress) {
                        checksum.advance(to: $0)
                    }
                }
                try upload.check(checksum, encoded: content.encodedChecksum)
            }
            format = try upload.checkedFormat(
                new.descriptor.bytes(at: 0, atMost: ImageFormat.headLength))
            // Other sessions wait for the section: the long part of the flush comes before it.
            new.descriptor.awaitWriteback()
            try gate.enterSection()
            defer { gate.leaveSection() }
            try gate.willWrite(volume(upload.name))
            let image = try ImageBytes(of: new.descriptor)
            let capacity = try gate.willReceive(image, into: volume(upload.name))
            if capacity > image.size { try stored.add(capacity - image.size) }
            // A user who could open the old volume can open the new one. Look again: it may have
            // been created during the upload.
            if upload.isReplacing, try hasFile(upload.name) {
                try overwriting.checkAgain(upload.name, in: self)
                try new.descriptor.apply(directory.open(upload.name.text).attributes())
            }
            try requirePlace()
            let claim = try upload.lifetime.claim(
                new.descriptor, as: upload.name, in: self, overwriting.host)
            try new.publish(
                as: upload.name.text, replacing: upload.isReplacing, durably: true)
            stored.keep()
            claim?.keep()
        } catch let error as SystemError {
            if error.condition == .exists { throw upload.exists(in: name) }
            throw RequestError(
                "cannot make volume '\(upload.name.text)'\(content.ofBytes)", error)
        }
        try list(upload.name, overwriting.host)
        return format
    }

    /// Writes the content into a file that reads as zeros. `advance` gets the number of bytes done.
    private borrowing func fill(
        _ file: borrowing FileDescriptor, _ upload: VolumeUpload, _ content: UploadContent,
        _ stored: StoredPart, _ progress: inout Progress, _ advance: (Int64) -> Void
    ) throws {
        var done: UInt64 = 0
        var writeback = Writeback()
        try content.read { piece in
            if content.length == nil { try stored.add(UInt64(piece.count)) }
            for extent in upload.extents(of: piece, at: done) where !extent.isZero {
                let offset = Int64(done) + Int64(extent.range.lowerBound - piece.startIndex)
                try file.write(piece[extent.range], at: offset)
            }
            done += UInt64(piece.count)
            // A hole at the end of a file does not make it longer.
            if content.length == nil { try file.setSize(Int64(done)) }
            // Only after writing: the checksum's thread reads up to here. Skipped zeros are holes
            // by now.
            advance(Int64(done))
            writeback.advance(to: Int64(done), of: file)
            try progress.report(done: content.received, total: upload.length.count)
        }
    }
}
