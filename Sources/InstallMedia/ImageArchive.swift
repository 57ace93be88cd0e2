import CArchive

/// An ISO 9660 image, in a file or on a device. C: libarchive.
struct ImageArchive {
    let path: String

    /// Far more than installation images have.
    private static let entryLimit = 100_000

    /// Fails if libarchive is not installed.
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

    /// Passes the contents of a file to `receive`, in pieces; returns the number of bytes.
    func read(
        _ file: String, limit: Int, progress: ((_ done: Int64, _ total: Int64?) -> Void)? = nil,
        _ receive: (UnsafeRawBufferPointer) throws(MediaError) -> Void
    ) throws(MediaError) -> Int64 {
        var wanted = normalized(file)
        // libarchive reports the second of two files with the same blocks as a link to the first:
        // then a second pass reads the link's target.
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
                    guard entry.size <= Int64(limit) else { throw .larger(than: limit) }
                    done = try copy(image, total: entry.size, progress, receive)
                }
                return false
            }
            if let done { return done }
            guard let link else { break }
            wanted = link
        }
        throw MediaError(.absent, "the image '\(path)' has no such file")
    }

    private func copy(
        _ image: OpaquePointer, total: Int64, _ progress: ((Int64, Int64?) -> Void)?,
        _ receive: (UnsafeRawBufferPointer) throws(MediaError) -> Void
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
            done += Int64(count)
            // What the image says about a file's size need not be true.
            guard done <= total else {
                throw MediaError(.broken, "it is longer than \(total) bytes, its size in the image")
            }
            try receive(UnsafeRawBufferPointer(rebasing: chunk[..<count]))
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
        var count = 0
        while true {
            let result = atex_image_next(image, &entry)
            if result == 0 { return }
            guard result > 0 else {
                let reason = String(cString: atex_image_error(image))
                throw MediaError(.broken, "cannot read '\(path)': \(reason)")
            }
            count += 1
            guard count <= Self.entryLimit else {
                throw MediaError(
                    .broken, "the image '\(path)' has more than \(Self.entryLimit) files")
            }
            guard try body(entry, image) else { return }
        }
    }
}

/// A path without leading `/` and `./`.
private func normalized(_ path: String) -> String {
    var path = path[...]
    while path.hasPrefix("/") || path.hasPrefix("./") { path = path.drop { $0 == "." }.dropFirst() }
    return String(path)
}

/// The text of a C buffer.
func text(_ message: [CChar]) -> String {
    String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// Loads libarchive; `purpose` completes the error message, e.g. `make an image`.
func loadLibrary(to purpose: String) throws(MediaError) {
    guard let problem = InstallMediaLibraries.imageProblem else { return }
    throw MediaError(.unwritable, "cannot \(purpose): \(problem)")
}
