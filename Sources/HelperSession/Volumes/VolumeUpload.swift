import Host
import Libvirt

/// What a client says of a volume whose bytes it sends.
struct VolumeUpload {
    let name: FileName
    /// How many bytes follow the request.
    let length: UInt64
    /// What they must be; `nil` for anything.
    let format: String?
    /// Whether zeros become holes.
    let isSparse: Bool
    /// In lower case.
    let sha256: String?
    let isReplacing: Bool

    func exists(in pool: String) -> Refusal {
        Refusal(
            .exists, "volume '\(name.text)' already exists in pool '\(pool)'; replace replaces it",
            object: name.text)
    }

    /// The format of what came, if that is what it should be.
    func checkedFormat(_ head: [UInt8]) throws -> String {
        let probed = ImageFormat.probed(head)
        guard ImageFormat.isPlausible(format ?? probed, for: probed) else {
            throw Refusal(
                .badRequest,
                "the bytes for volume '\(name.text)' are \(probed), not \(format ?? "")",
                object: name.text, hint: "name that format, or none")
        }
        return probed
    }

    func check(_ checksum: String) throws {
        guard let sha256, sha256 != checksum else { return }
        throw Refusal(
            .badRequest,
            "the bytes for volume '\(name.text)' have the SHA-256 \(checksum), not \(sha256)",
            object: name.text, hint: "they changed on their way: send them again")
    }

    /// The data and the zeros in a piece of the body.
    func sections(of piece: ArraySlice<UInt8>, at offset: UInt64) -> [Section] {
        guard isSparse else { return [Section(isZero: false, range: piece.indices)] }
        return Host.sections(of: piece, at: Int64(offset))
    }
}

extension DirectoryPool {
    /// Makes a volume's file of a body; it gets its name when it is whole and right. Returns its
    /// format.
    borrowing func receive(
        _ upload: VolumeUpload, _ wire: Wire, _ progress: inout Progress
    ) throws -> String {
        let kind = try kind(of: upload.name)
        guard upload.isReplacing || kind == .absent else { throw upload.exists(in: name) }
        guard let length = Int64(exactly: upload.length) else {
            throw Refusal(.noSpace, "no file can have \(upload.length) bytes")
        }
        let format: String
        do {
            try NewFile.removeStale(in: directory)
            let new = try NewFile(in: directory)
            // Now, so that no file system makes room behind the bytes that came so far.
            try new.file.setSize(length)
            if upload.sha256 == nil {
                try fill(new.file, upload, wire, &progress) { _ in }
            } else {
                let checksum = try FileChecksum.following(new.file) { checksum in
                    try fill(new.file, upload, wire, &progress) { checksum.advance(to: $0) }
                }
                try upload.check(checksum)
            }
            format = try upload.checkedFormat(
                new.file.bytes(at: 0, atMost: ImageFormat.headLength))
            // Who could open the old volume can open the new one; it may have come meanwhile.
            if upload.isReplacing, try self.kind(of: upload.name) == .file {
                try new.file.take(directory.open(upload.name.text).attributes())
            }
            try new.publish(as: upload.name.text, replacing: upload.isReplacing)
        } catch let error as SystemError {
            if error.condition == .exists { throw upload.exists(in: name) }
            throw Refusal(
                "cannot make volume '\(upload.name.text)' of \(upload.length) bytes", error)
        }
        try refresh()
        return format
    }

    /// Writes the body into a file that reads as zeros.
    private borrowing func fill(
        _ file: borrowing File, _ upload: VolumeUpload, _ wire: Wire, _ progress: inout Progress,
        _ advance: (Int64) -> Void
    ) throws {
        var done: UInt64 = 0
        try wire.readBody { piece in
            for section in upload.sections(of: piece, at: done) where !section.isZero {
                let place = Int64(done) + Int64(section.range.lowerBound - piece.startIndex)
                try file.write(piece[section.range], at: place)
            }
            done += UInt64(piece.count)
            advance(Int64(done))
            try progress.report(done: done, total: upload.length)
        }
    }
}
