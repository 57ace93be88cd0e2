import CSystem
import Glibc

/// Reports events of a file or directory. C: `inotify`.
///
/// A user has few inotify instances, by default 128. If none is left, a timer takes the place of
/// the events: twice a second it reports that something may have happened.
package final class PathWatch: Waitable {
    package struct Events: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        /// A process that had it open for writing closed it or died. C: `IN_CLOSE_WRITE`.
        package static let closedByWriter = Self(rawValue: atex_closed_by_writer)
        /// A file of the directory was removed. C: `IN_DELETE`.
        package static let deleted = Self(rawValue: atex_deleted)
        /// C: `IN_MODIFY`.
        package static let modified = Self(rawValue: atex_modified)
        /// A file was created in the directory or moved into it. C: `IN_CREATE`, `IN_MOVED_TO`.
        package static let created = Self(rawValue: atex_created)
        /// The watched file is gone, and nothing more will be reported. C: `IN_IGNORED`.
        package static let ended = Self(rawValue: atex_watch_ended)
        /// The watched file itself was renamed. C: `IN_MOVE_SELF`.
        package static let renamed = Self(rawValue: atex_renamed)
    }

    private let descriptor: FileDescriptor
    package var descriptorNumber: Int32 { descriptor.number }
    /// Whether the descriptor is that of a timer.
    package let isPolling: Bool

    /// Whether this user has no inotify instance left, so that the next watch polls.
    package static var isExhausted: Bool {
        do throws(SystemError) {
            return try PathWatch("/", .renamed).isPolling
        } catch { return false }
    }

    private static let headerSize = MemoryLayout<inotify_event>.size
    private static let pollMilliseconds: UInt32 = 500

    package init(_ path: String, _ events: Events) throws(SystemError) {
        do throws(SystemError) {
            descriptor = FileDescriptor(owning: try check(atex_watch(path, events.rawValue)))
            isPolling = false
        } catch {
            guard error.isWatchLimit else { throw error }
            // Without a descriptor for the timer, too, the limit is the process's own.
            descriptor = try Self.makeTimer()
            isPolling = true
        }
    }

    private static func makeTimer() throws(SystemError) -> FileDescriptor {
        // Many processes may wait: let them not all look at the same time.
        let first = UInt32.random(in: 1...pollMilliseconds)
        return FileDescriptor(owning: try check(atex_timer(first, pollMilliseconds)))
    }

    /// Clears the events and returns whether there were any since the last call.
    package func clear() -> Bool { !drainEvents().isEmpty }

    /// Clears the events and returns those since the last call. A timer reports `modified`, because
    /// it does not know what has happened.
    package func drainEvents() -> Events {
        if isPolling {
            var count: UInt64 = 0
            return read(descriptor.number, &count, 8) == 8 ? .modified : []
        }
        var happened: Events = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            // The descriptor is non-blocking: no events are an error.
            let count = read(descriptor.number, &buffer, buffer.count)
            guard count > 0 else { return happened }
            buffer[..<count].withUnsafeBytes { bytes in
                var offset = 0
                // Each event is a header, followed by a name of `len` bytes.
                while offset + Self.headerSize <= bytes.count {
                    let header = bytes.loadUnaligned(
                        fromByteOffset: offset, as: inotify_event.self)
                    // May hold more than was requested, e.g. IN_IGNORED when the file is removed.
                    happened.formUnion(Events(rawValue: header.mask))
                    offset += Self.headerSize + Int(header.len)
                }
            }
        }
    }
}
