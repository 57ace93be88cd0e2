import Host

/// Where an operating system can be installed from.
package enum Location: Hashable, Sendable {
    /// A folder of this host.
    case directory(String)
    /// A tree on a server.
    case server(String)
    /// An ISO 9660 image, in a file or on a device.
    case image(String)

    /// virt-install 4.1.0: `fetcherForURI`.
    package init(_ text: String) {
        if Self.isURL(text) {
            self = .server(text)
        } else if isDirectory(text) {
            self = .directory(text)
        } else {
            self = .image(text)
        }
    }

    /// Whether a text names something on a server.
    package static func isURL(_ text: String) -> Bool {
        ["http://", "https://", "ftp://"].contains { text.hasPrefix($0) }
    }

    package var text: String {
        switch self {
        case .directory(let text), .server(let text), .image(let text): text
        }
    }
}

/// Reads and fetches the files of a location; it is asked again and again, so it keeps what it
/// learned.
package final class Media {
    package let location: Location
    private let downloader = Downloader()
    private var images: [String: Set<String>] = [:]
    private var contents: [String: [UInt8]?] = [:]
    /// Told what is looked for, read and fetched, and what came of it.
    package var trace: ((String) -> Void)?

    /// More than any file has that tells what a tree is.
    private static let limit = 16 << 20

    package init(_ location: Location) { self.location = location }

    package var isImage: Bool {
        if case .image = location { return true }
        return false
    }

    /// The whole name of a file: its URL, or its path (in the image, where it is in one).
    private func fullName(_ file: String) -> String {
        switch location {
        case .image: file.hasPrefix("/") ? file : "/" + file
        case .directory(let base), .server(let base):
            // As Python joins paths: one that starts at the root stands for itself.
            if file.isEmpty {
                base
            } else if file.hasPrefix("/") {
                file
            } else {
                base.hasSuffix("/") ? base + file : "\(base)/\(file)"
            }
        }
    }

    /// Whether the location has such a file; an error only where its server does not answer, or
    /// an image cannot be read.
    package func exists(_ file: String) throws(MediaError) -> Bool {
        let isThere = try exists(named: fullName(file))
        trace?("\(fullName(file)) is \(isThere ? "" : "not ")there")
        return isThere
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

    /// Why nothing is found under the location's own name; `nil` where something is, or where it
    /// is on no server.
    package func obstacle() -> String? {
        guard case .server(let url) = location else { return nil }
        do throws(MediaError) {
            do throws(MediaError) {
                try downloader.look(for: url)
            } catch {
                // Servers of FTP tell files from folders.
                guard url.hasPrefix("ftp://"), !url.hasSuffix("/") else { throw error }
                try downloader.look(for: url + "/")
            }
            return nil
        } catch {
            return explained(error, "").message
        }
    }

    /// A small file's text; `nil` where there is none, or it is no text. Asked twice, it is
    /// fetched once.
    package func text(of file: String) throws(MediaError) -> String? {
        if let known = contents[file] {
            return known.flatMap { String(validating: $0, as: UTF8.self) }
        }
        var bytes: [UInt8]? = []
        do throws(MediaError) {
            try read(file, limit: Self.limit, progress: nil) { (piece) throws(MediaError) in
                bytes?.append(contentsOf: piece)
            }
            trace?("read \(fullName(file))")
        } catch {
            trace?("did not read \(fullName(file)): \(error.message)")
            // What is no image has no files.
            guard error.kind == .absent || (isImage && error.kind == .broken) else {
                throw explained(error, file)
            }
            bytes = nil
        }
        contents[file] = bytes
        return bytes.flatMap { String(validating: $0, as: UTF8.self) }
    }

    /// Fetches a file into a scratch file, whose path is returned. What is fetched is told as
    /// `Retrieving 'vmlinuz'`. `what` is what it should be, e.g. `a kernel`.
    package func fetch(
        _ file: String, into scratch: ScratchFiles, as what: String,
        progress: @escaping Progress
    ) throws(MediaError) -> String {
        let name = baseName(of: file)
        do throws(MediaError) {
            let path = try scratch.make(name) { (copy) throws(MediaError) in
                progress(.began("Retrieving '\(name)'", total: nil))
                var start: [UInt8] = []
                let done = try read(
                    file, limit: nil, progress: { progress(.advanced(done: $0, total: $1)) }
                ) { (piece) throws(MediaError) in
                    if start.count < 64 { start += piece.prefix(64 - start.count) }
                    try write(
                        piece.assumingMemoryBound(to: UInt8.self).span, to: copy,
                        of: scratch.directory)
                }
                progress(.ended(done: done))
                // A server that has lost a file may send a page that says so, with status 200.
                guard !isPage(start) else {
                    throw MediaError(.broken, "it is a web page, not \(what)")
                }
            }
            trace?("fetched \(fullName(file)) to \(path)")
            return path
        } catch {
            throw explained(error, file)
        }
    }

    /// Says which file an error is about.
    private func explained(_ error: MediaError, _ file: String) -> MediaError {
        guard error.kind != .unwritable else { return error }
        return MediaError(
            error.kind, "Couldn't acquire file \(fullName(file)): \(error.message)")
    }

    @discardableResult
    private func read(
        _ file: String, limit: Int?, progress: ((Int64, Int64?) -> Void)?,
        _ take: (UnsafeRawBufferPointer) throws(MediaError) -> Void
    ) throws(MediaError) -> Int64 {
        let name = fullName(file)
        switch location {
        case .server:
            guard Location.isURL(name) else {
                throw MediaError(.absent, "'\(name)' is no URL")
            }
            return try downloader.fetch(name, limit: limit, progress: progress, take)
        case .directory: return try readFile(name, limit: limit, progress, take)
        case .image(let path):
            return try ImageArchive(path).read(name, progress: progress, take)
        }
    }
}

private func readFile(
    _ path: String, limit: Int?, _ progress: ((Int64, Int64?) -> Void)?,
    _ take: (UnsafeRawBufferPointer) throws(MediaError) -> Void
) throws(MediaError) -> Int64 {
    var done: Int64 = 0
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    do {
        let file = try OpenFile.reading(path)
        let total = try file.facts().size
        while true {
            let count = try file.read(into: &chunk, atMost: chunk.count)
            if count == 0 { return done }
            done += Int64(count)
            if let limit, done > Int64(limit) {
                throw MediaError(.broken, "it has more than \(limit) bytes")
            }
            let failure = chunk.withUnsafeBytes { bytes in
                do throws(MediaError) {
                    try take(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
                    return MediaError?.none
                } catch {
                    return error
                }
            }
            if let failure { throw failure }
            progress?(done, total)
        }
    } catch let error as SystemError {
        throw MediaError(
            error.condition == .notFound ? .absent : .broken,
            "[Errno \(error.number)] \(error.message): '\(path)'")
    } catch let error as MediaError {
        throw error
    } catch {
        throw MediaError(.broken, "\(error)")
    }
}

/// The last part of a path or URL.
package func baseName(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
}

private func isPage(_ start: [UInt8]) -> Bool {
    let text = start.drop { $0 == 0x20 || (9...13).contains($0) }.prefix(14).map {
        (0x41...0x5A).contains($0) ? $0 | 0x20 : $0
    }
    return text.starts(with: "<!doctype html".utf8) || text.starts(with: "<html".utf8)
}
