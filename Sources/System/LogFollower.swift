/// Reads a log that another process writes at the same time. If that process rotates the log
/// (`x.log` becomes `x.log.0`, `x.log.0` becomes `x.log.1`), the files are read as one text.
package final class LogFollower {
    private let path: String
    private var file: FileDescriptor
    /// After this event `read` may return more.
    package private(set) var watch: PathWatch
    /// Whether a writer has closed the file, so that only a new file can bring more. A caller that
    /// knows of another writer may reset it.
    package var isClosed = false
    /// Whether `file` has been renamed, and so is complete.
    private var isRotated = false

    /// The part of a log to read.
    package enum Start: Sendable {
        /// All of it, rotated files included.
        case beginning
        /// What is written from now on.
        case end
        /// What was written after the mark was made.
        case mark(Mark)
    }

    /// The end of a log at one time.
    package struct Mark: Sendable {
        fileprivate let identity: FileIdentity?
        fileprivate let size: Int64

        /// The log need not exist yet.
        package init(_ path: String) {
            do throws(SystemError) {
                let status = try FileStatus(of: path, following: false)
                (identity, size) = (status.identity, status.size)
            } catch { (identity, size) = (nil, 0) }
        }
    }

    /// Opens a log, which must be a regular file: symbolic links are not followed, and nothing
    /// blocks.
    package init(_ path: String, from start: Start) throws(SystemError) {
        self.path = path
        var oldest = path
        if case .beginning = start {
            var number = 0
            while FileIdentity("\(path).\(number)") != nil {
                oldest = "\(path).\(number)"
                number += 1
            }
        }
        // Watch before opening: a change in between must not be missed.
        watch = try PathWatch(oldest, Self.events)
        file = try FileDescriptor.readingRegular(oldest)
        switch start {
        case .beginning: break
        case .end: try file.skip(file.status().size)
        case .mark(let mark):
            let status = try file.status()
            // Another file was created after the mark, so all of it counts. A shorter one was
            // truncated.
            if mark.identity == status.identity { try file.skip(min(mark.size, status.size)) }
        }
    }

    private static let events: PathWatch.Events = [.modified, .renamed, .closedByWriter]

    /// Puts the next bytes at the start of `buffer` and returns their number; 0 if there are none
    /// yet. C: `read`.
    package func read(into buffer: inout [UInt8]) throws(SystemError) -> Int {
        // Before reading: the watch reports what happens afterwards.
        if watch.drainEvents().contains(.closedByWriter) { isClosed = true }
        while true {
            let count = try file.readSome(into: &buffer)
            if count > 0 { return count }
            guard try advance() else { return 0 }
        }
    }

    /// At the end of the present file: moves to the next one if there is one. Returns whether
    /// reading again makes sense.
    private func advance() throws(SystemError) -> Bool {
        let ours = try file.status().identity
        // Nothing to move to: `path` is still our file.
        if FileIdentity(path) == ours { return false }
        if !isRotated {
            // Read once more what was written between the last read and the rename.
            isRotated = true
            return true
        }
        do throws(SystemError) { try openNext(after: ours) } catch {
            guard error.condition == .notFound else { throw error }
            // The old file was renamed and the new one does not exist yet.
            watch = try PathWatch(parentDirectory(of: path), .created)
            // Look again: it may have been created just before the watch.
            return FileIdentity(path) != nil
        }
        isRotated = false
        isClosed = false
        return true
    }

    /// Opens the file that continues the log after one that is no longer at `path`.
    private func openNext(after ours: FileIdentity) throws(SystemError) {
        var attempts = 0
        while true {
            let next = successor(of: ours)
            let watch = try PathWatch(next.name, Self.events)
            let file = try FileDescriptor.readingRegular(next.name)
            // During a rotation our file has no name for a moment, or `next.name` may be another
            // file's by now: accept only what a second look confirms.
            let (now, opened) = (successor(of: ours), try file.status().identity)
            // After 20 attempts (20 ms) our file was removed: go on with the oldest one that is
            // left.
            if now.isCertain && FileIdentity(now.name) == opened || attempts == 20 {
                self.file = consume file
                self.watch = watch
                return
            }
            attempts += 1
            try pauseOrCancel(milliseconds: 1)
        }
    }

    /// The name of the file that continues the log after one that is no longer at `path`. If that
    /// file has no name any more, as if it had been removed, the oldest file, which is uncertain.
    private func successor(of file: FileIdentity) -> (name: String, isCertain: Bool) {
        var name = path
        var number = 0
        while let identity = FileIdentity("\(path).\(number)") {
            if identity == file { return (name, true) }
            name = "\(path).\(number)"
            number += 1
        }
        return (name, false)
    }
}
