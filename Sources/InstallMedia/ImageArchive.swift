import CArchive
package import Host

/// An ISO 9660 image, in a file or on a device. C: libarchive.
struct ImageArchive {
    let path: String

    /// Fails where the library that reads images is not installed.
    init(_ path: String) throws(MediaError) {
        try loadLibrary(to: "read '\(path)'")
        self.path = path
    }

    /// The paths of all files in it, e.g. `images/pxeboot/vmlinuz`.
    func files() throws(MediaError) -> Set<String> {
        var files: Set<String> = []
        try forEach { (entry, _) throws(MediaError) in
            if entry.is_file != 0, let name = entry.path {
                files.insert(normalized(String(cString: name)))
            }
            return true
        }
        return files
    }

    /// Hands the bytes of a file to `take`, piece by piece; returns how many there were.
    func read(
        _ file: String, progress: ((_ done: Int64, _ total: Int64?) -> Void)? = nil,
        _ take: (UnsafeRawBufferPointer) throws(MediaError) -> Void
    ) throws(MediaError) -> Int64 {
        var wanted = normalized(file)
        // Two files with the same bytes are one, and a link to it: at most one turn more.
        for _ in 0..<2 {
            var done: Int64?
            var link: String?
            try forEach { (entry, image) throws(MediaError) in
                guard let name = entry.path, normalized(String(cString: name)) == wanted else {
                    return true
                }
                if let target = entry.link {
                    link = normalized(String(cString: target))
                } else if entry.is_file != 0 {
                    done = try copy(image, total: entry.size, progress, take)
                }
                return false
            }
            if let done { return done }
            guard let link else { break }
            wanted = link
        }
        throw MediaError(.absent, "there is no such file in the image '\(path)'")
    }

    private func copy(
        _ image: OpaquePointer, total: Int64, _ progress: ((Int64, Int64?) -> Void)?,
        _ take: (UnsafeRawBufferPointer) throws(MediaError) -> Void
    ) throws(MediaError) -> Int64 {
        let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
        defer { chunk.deallocate() }
        var done: Int64 = 0
        while true {
            let count = atex_image_read(image, chunk.baseAddress, chunk.count)
            guard count >= 0 else {
                throw MediaError(.broken, String(cString: atex_image_error(image)))
            }
            if count == 0 { break }
            try take(UnsafeRawBufferPointer(rebasing: chunk[..<count]))
            done += Int64(count)
            progress?(done, total)
        }
        guard done == total else {
            throw MediaError(.broken, "it ends early, after \(done) of \(total) bytes")
        }
        return done
    }

    /// Calls `body` for each entry until it returns false.
    private func forEach(
        _ body: (atex_archive_entry, OpaquePointer) throws(MediaError) -> Bool
    ) throws(MediaError) {
        var message = [CChar](repeating: 0, count: 512)
        guard let image = atex_image_open(path, &message, message.count) else {
            throw MediaError(.broken, "cannot read '\(path)': \(text(message))")
        }
        defer { atex_image_close(image) }
        var entry = atex_archive_entry()
        while true {
            let result = atex_image_next(image, &entry)
            if result == 0 { return }
            guard result > 0 else {
                let reason = String(cString: atex_image_error(image))
                throw MediaError(.broken, "cannot read '\(path)': \(reason)")
            }
            guard try body(entry, image) else { return }
        }
    }
}

/// A path without `/` and `./` in front.
private func normalized(_ path: String) -> String {
    var path = path[...]
    while path.hasPrefix("/") || path.hasPrefix("./") { path = path.drop { $0 == "." }.dropFirst() }
    return String(path)
}

private func text(_ message: [CChar]) -> String {
    String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

private func loadLibrary(to purpose: String) throws(MediaError) {
    guard let reason = atex_archive_load() else { return }
    throw MediaError(
        .unwritable,
        "cannot \(purpose): libarchive.so.13 cannot be loaded (\(String(cString: reason))); the "
            + "package libarchive13 or libarchive has it")
}

/// A small image made for one guest, e.g. what cloud-init reads.
package enum SeedImage {
    /// Writes an ISO 9660 image with Joliet and Rock Ridge names into an empty file. `volume` is
    /// its label, e.g. `cidata`; `directory` is where the file lies, for people.
    package static func write(
        _ files: [(name: String, bytes: [UInt8])], volume: String, to file: borrowing OpenFile,
        in directory: String
    ) throws(MediaError) {
        try loadLibrary(to: "make an image")
        let names = files.map { Array($0.name.utf8CString) }
        // The arrays' storage must stay where it is while C reads it: one block for all.
        let lengths = zip(names, files).map { $0.count + $1.bytes.count }
        let block = UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(1, lengths.reduce(0, +)), alignment: 1)
        defer { block.deallocate() }
        var entries: [atex_image_file] = []
        var offset = 0
        for (name, file) in zip(names, files) {
            guard let start = block.baseAddress else { return }
            let bytes = start + offset + name.count
            name.withUnsafeBytes {
                (start + offset).copyMemory(from: $0.baseAddress!, byteCount: $0.count)
            }
            file.bytes.withUnsafeBytes {
                if let base = $0.baseAddress { bytes.copyMemory(from: base, byteCount: $0.count) }
            }
            entries.append(
                atex_image_file(
                    name: (start + offset).assumingMemoryBound(to: CChar.self), bytes: bytes,
                    length: file.bytes.count))
            offset += name.count + file.bytes.count
        }
        var message = [CChar](repeating: 0, count: 512)
        let result = file.withDescriptor {
            atex_image_write($0, volume, entries, entries.count, &message, message.count)
        }
        guard result == 0 else {
            throw MediaError(
                .unwritable, "cannot write the image to '\(directory)': \(text(message))")
        }
    }
}
