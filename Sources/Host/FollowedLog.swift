import CHost
import Glibc

/// A log that another process writes meanwhile: where that one rotates it (`x.log` becomes
/// `x.log.0`, `x.log.0` becomes `x.log.1`), what comes is told as one text.
package final class FollowedLog {
    private let path: String
    private var file: OpenFile
    /// When this happens, `read` may have more.
    package private(set) var watch: PathWatch
    /// Whether somebody who wrote to it is done: all that may be to come is another file. To be set
    /// back by who knows better.
    package var isClosed = false
    /// Whether `file` has got another name, and so is complete.
    private var isRotated = false

    /// Which part of a log is told.
    package enum Beginning: Sendable {
        /// All, with what was rotated before.
        case first
        /// What is written from now on.
        case end
        /// What was written after the mark was made.
        case mark(Mark)
    }

    /// The end of a log at some time.
    package struct Mark: Sendable {
        fileprivate let identity: FileIdentity?
        fileprivate let size: Int64

        /// Also of a log that is not there yet.
        package init(_ path: String) {
            var status = stat()
            let exists = lstat(path, &status) == 0
            identity = exists ? FileIdentity(status) : nil
            size = exists ? Int64(status.st_size) : 0
        }
    }

    /// Opens a log, which must be a regular file: no link is followed, and nothing waits.
    package init(_ path: String, from beginning: Beginning) throws(SystemError) {
        self.path = path
        var oldest = path
        if case .first = beginning {
            var number = 0
            while FileIdentity("\(path).\(number)") != nil {
                oldest = "\(path).\(number)"
                number += 1
            }
        }
        watch = try PathWatch(oldest, Self.events)
        file = try OpenFile.readingRegular(oldest)
        switch beginning {
        case .first: break
        case .end: try file.skip(file.size())
        case .mark(let mark):
            if try mark.identity == file.identity() { try file.skip(min(mark.size, file.size())) }
        }
    }

    private static let events: PathWatch.Events = [.modified, .renamed, .closedByWriter]

    /// Puts what comes next at the start of `buffer` and returns how many bytes that are; 0 where
    /// there is nothing more yet. C: `read`.
    package func read(into buffer: inout [UInt8]) throws(SystemError) -> Int {
        // Before reading: what happens afterwards is seen by who waits.
        if watch.takeEvents().contains(.closedByWriter) { isClosed = true }
        while true {
            let count = try file.readAvailable(into: &buffer)
            if count > 0 { return count }
            guard try goOn() else { return 0 }
        }
    }

    /// At the end of what is there: whether there is a reason to read again.
    private func goOn() throws(SystemError) -> Bool {
        let ours = try file.identity()
        if FileIdentity(path) == ours { return false }
        if !isRotated {
            // What was written between the last look and the renaming.
            isRotated = true
            return true
        }
        do throws(SystemError) { try openNext(after: ours) } catch {
            guard error.condition == .notFound else { throw error }
            // Renamed, and the new one is not made yet.
            watch = try PathWatch(Self.directory(of: path), .created)
            return FileIdentity(path) != nil
        }
        isRotated = false
        isClosed = false
        return true
    }

    /// Opens that file with which the log goes on after one that is no longer at `path`.
    private func openNext(after ours: FileIdentity) throws(SystemError) {
        var turns = 0
        while true {
            let next = newer(than: ours)
            let watch = try PathWatch(next.name, Self.events)
            let file = try OpenFile.readingRegular(next.name)
            // Amid a rotation ours is nowhere, or the name is that of another file by now.
            let (now, opened) = (newer(than: ours), try file.identity())
            if now.isCertain && FileIdentity(now.name) == opened || turns == 20 {
                self.file = consume file
                self.watch = watch
                return
            }
            turns += 1
            pause(milliseconds: 1)
        }
    }

    /// Where the log goes on after a file that is no longer at `path`; not certain where that one is
    /// not found, as if it had been removed: then with the oldest.
    private func newer(than file: FileIdentity) -> (name: String, isCertain: Bool) {
        var name = path
        var number = 0
        while let identity = FileIdentity("\(path).\(number)") {
            if identity == file { return (name, true) }
            name = "\(path).\(number)"
            number += 1
        }
        return (name, false)
    }

    private static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}

/// What tells a file from all others, whatever its name.
private struct FileIdentity: Equatable {
    private let device: UInt
    private let number: UInt

    init(_ status: stat) {
        device = UInt(status.st_dev)
        number = UInt(status.st_ino)
    }

    /// Of what has this name, links not followed; `nil` where there is nothing.
    init?(_ path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        self.init(status)
    }
}

extension OpenFile {
    /// Opens a regular file to read it, unless the name is that of a link; for names from others.
    /// C: `open` with `O_NOFOLLOW`.
    package static func readingRegular(_ path: String) throws(SystemError) -> OpenFile {
        let file = try open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)
        guard try file.status().st_mode & S_IFMT == S_IFREG else {
            throw SystemError(number: EINVAL)
        }
        return file
    }

    fileprivate func status() throws(SystemError) -> stat {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .last }
        return status
    }

    fileprivate func identity() throws(SystemError) -> FileIdentity { FileIdentity(try status()) }

    fileprivate func size() throws(SystemError) -> Int64 { Int64(try status().st_size) }

    /// What one call of `read` gives; 0 at the end.
    fileprivate func readAvailable(into bytes: inout [UInt8]) throws(SystemError) -> Int {
        while true {
            let count = bytes.withUnsafeMutableBytes {
                Glibc.read(descriptor, $0.baseAddress, $0.count)
            }
            if count >= 0 { return count }
            guard errno == EINTR else { throw .last }
        }
    }
}
