import System

/// The files of a location. Detection asks for the same files several times: texts and the
/// contents of images are cached.
package final class Media {
    package let location: Location
    private let downloader: Downloader
    /// The files of an image, by its path.
    private var images: [String: Set<String>] = [:]
    /// The contents of small files, by name; `nil` for a file that does not exist.
    private var contents: [String: [UInt8]?] = [:]
    /// Receives a debug message about each file.
    package var trace: ((String) -> Void)?

    /// In bytes; far more than any file that describes a tree.
    private static let textLimit = 16 << 20
    /// In bytes, for a kernel or an initial RAM disk: it has to fit into a guest's memory.
    private static let kernelLimit = 1 << 30

    /// `permits`: the URLs that may be fetched; `nil` permits all.
    package init(_ location: Location, permits: URLPermission? = nil) {
        self.location = location
        downloader = Downloader(permits: permits)
    }

    package var isImage: Bool {
        if case .image = location { return true }
        return false
    }

    /// The full name of a file: its URL, its path on this host, or its path in the image.
    private func fullName(_ file: String) -> String {
        switch location {
        case .image: file.hasPrefix("/") ? file : "/" + file
        case .directory(let base), .server(let base):
            // Python's os.path.join, which virt-install uses, keeps an absolute path as it is.
            if file.isEmpty {
                base
            } else if file.hasPrefix("/") {
                file
            } else {
                base.hasSuffix("/") ? base + file : "\(base)/\(file)"
            }
        }
    }

    /// Whether the location has a file. Fails only if the server does not answer or the image
    /// cannot be read.
    package func exists(_ file: String) throws(MediaError) -> Bool {
        let exists = try exists(named: fullName(file))
        trace?("\(fullName(file)) \(exists ? "exists" : "does not exist")")
        return exists
    }

    private func exists(named name: String) throws(MediaError) -> Bool {
        switch location {
        case .directory: return pathExists(name)
        case .server: return try downloader.exists(name)
        case .image(let path):
            if images[path] == nil { images[path] = try ImageArchive(path).files() }
            return images[path]?.contains(String(name.drop { $0 == "/" })) == true
        }
    }

    /// Why the location itself cannot be accessed; `nil` if it can, or if it is not on a server.
    package func obstacle() -> String? {
        guard case .server(let url) = location else { return nil }
        do throws(MediaError) {
            do throws(MediaError) {
                try downloader.requireExisting(url)
            } catch {
                // FTP has different commands for files and folders.
                guard url.hasPrefix("ftp://"), !url.hasSuffix("/") else { throw error }
                try downloader.requireExisting(url + "/")
            }
            return nil
        } catch {
            return explained(error, "").message
        }
    }

    /// The text of a small file; `nil` if it does not exist or is not valid UTF-8. It is fetched
    /// only once.
    package func text(of file: String) throws(MediaError) -> String? {
        if let known = contents[file] {
            return known.flatMap { String(validating: $0, as: UTF8.self) }
        }
        var bytes: [UInt8]? = []
        do throws(MediaError) {
            try read(file, limit: Self.textLimit, progress: nil) { (piece) throws(MediaError) in
                bytes?.append(contentsOf: piece)
            }
            trace?("read \(fullName(file))")
        } catch {
            trace?("did not read \(fullName(file)): \(error.message)")
            // A broken image counts as one without files: `exists` reports what is wrong with it.
            guard error.kind == .absent || (isImage && error.kind == .broken) else {
                throw explained(error, file)
            }
            bytes = nil
        }
        contents[file] = bytes
        return bytes.flatMap { String(validating: $0, as: UTF8.self) }
    }

    /// Copies a file into a scratch file and returns the path of that. `what` is what the file
    /// should be, for an error message, e.g. `a kernel`.
    package func fetch(
        _ file: String, into scratch: ScratchFiles, as what: String,
        progress: @escaping TransferProgress
    ) throws(MediaError) -> String {
        let name = baseName(of: file)
        do throws(MediaError) {
            let path = try scratch.make(name) { (copy) throws(MediaError) in
                progress(.began("Retrieving '\(name)'", total: nil))
                var start: [UInt8] = []
                let done = try read(
                    file, limit: Self.kernelLimit,
                    progress: { progress(.advanced(done: $0, total: $1)) }
                ) { (piece) throws(MediaError) in
                    if start.count < 64 { start += piece.prefix(64 - start.count) }
                    try write(
                        piece.assumingMemoryBound(to: UInt8.self).span, to: copy,
                        of: scratch.directory)
                }
                progress(.ended(done: done))
                // Some servers answer with a web page and status 200 if a file does not exist.
                guard !isWebPage(start) else {
                    throw MediaError(.broken, "it is a web page, not \(what)")
                }
            }
            trace?("fetched \(fullName(file)) to \(path)")
            return path
        } catch {
            throw explained(error, file)
        }
    }

    /// Adds the name of the file to an error.
    private func explained(_ error: MediaError, _ file: String) -> MediaError {
        guard error.kind != .unwritable, error.kind != .denied else { return error }
        return MediaError(
            error.kind, "Couldn't acquire file \(fullName(file)): \(error.message)")
    }

    /// Passes the contents of a file to `receive`, in pieces; returns the number of bytes.
    @discardableResult
    private func read(
        _ file: String, limit: Int, progress: ((Int64, Int64?) -> Void)?,
        _ receive: (UnsafeRawBufferPointer) throws(MediaError) -> Void
    ) throws(MediaError) -> Int64 {
        let name = fullName(file)
        switch location {
        case .server:
            guard Location.isURL(name) else {
                throw MediaError(.absent, "'\(name)' is not a URL")
            }
            return try downloader.fetch(name, limit: limit, progress: progress, receive)
        case .directory: return try readFile(name, limit: limit, progress, receive)
        case .image(let path):
            return try ImageArchive(path).read(
                name, limit: limit, progress: progress, receive)
        }
    }
}

private func readFile(
    _ path: String, limit: Int, _ progress: ((Int64, Int64?) -> Void)?,
    _ receive: (UnsafeRawBufferPointer) throws(MediaError) -> Void
) throws(MediaError) -> Int64 {
    var done: Int64 = 0
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    let file = try explaining(path) { () throws(SystemError) in try FileDescriptor.reading(path) }
    let total = try explaining(path) { () throws(SystemError) in try file.status().size }
    guard total <= Int64(limit) else { throw .larger(than: limit) }
    while true {
        let count = try explaining(path) { () throws(SystemError) in
            try file.read(into: &chunk, atMost: chunk.count)
        }
        if count == 0 { return done }
        done += Int64(count)
        guard done <= Int64(limit) else { throw .larger(than: limit) }
        // `withUnsafeBytes` rethrows only untyped errors, so the error is its result.
        let failure = chunk.withUnsafeBytes { bytes in
            do throws(MediaError) {
                try receive(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
                return MediaError?.none
            } catch {
                return error
            }
        }
        if let failure { throw failure }
        progress?(done, total)
    }
}

/// Makes a system call on a file; words its failure as Python does.
private func explaining<Value: ~Copyable>(
    _ path: String, _ call: () throws(SystemError) -> Value
) throws(MediaError) -> Value {
    do { return try call() } catch {
        throw MediaError(
            error.condition == .notFound ? .absent : .broken,
            "[Errno \(error.number)] \(error.message): '\(path)'")
    }
}

/// The part of a path or URL after the last slash.
package func baseName(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
}

/// Whether contents that begin like this are HTML.
private func isWebPage(_ start: [UInt8]) -> Bool {
    // Without white space, in lower case.
    let text = start.drop { $0 == 0x20 || (9...13).contains($0) }.prefix(14).map {
        (0x41...0x5A).contains($0) ? $0 | 0x20 : $0
    }
    return text.starts(with: "<!doctype html".utf8) || text.starts(with: "<html".utf8)
}
