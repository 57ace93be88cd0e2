import CSystem
import Glibc

/// Reports events of files and directories. C: `inotify`.
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
        /// The watched file itself lost one of its names, or changed its mode. C: `IN_ATTRIB`.
        package static let attributes = Self(rawValue: atex_attributes)
        /// The watched file itself was renamed. C: `IN_MOVE_SELF`.
        package static let renamed = Self(rawValue: atex_renamed)
    }

    package let descriptorNumber: Int32
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

    package convenience init(_ path: String, _ events: Events) throws(SystemError) {
        try self.init([path], events)
    }

    /// The same events of several files or directories; throws if one does not exist.
    package init(_ paths: [String], _ events: Events) throws(SystemError) {
        do throws(SystemError) {
            descriptorNumber = try Self.makeWatch(paths, events)
            isPolling = false
        } catch {
            guard error.isWatchLimit else { throw error }
            // Without a descriptor for the timer, too, the limit is the process's own.
            descriptorNumber = try Self.makeTimer()
            isPolling = true
        }
    }

    deinit {
        let number = descriptorNumber
        // Closing an inotify instance takes 10 to 30 ms, for which the reply to a client should not
        // wait. A process that ends does not wait for the thread.
        do throws(SystemError) { try startDetachedThread { close(number) } } catch { close(number) }
    }

    private static func makeWatch(
        _ paths: [String], _ events: Events
    ) throws(SystemError) -> Int32 {
        let number = try check(atex_watch(paths[0], events.rawValue))
        do throws(SystemError) {
            for path in paths.dropFirst() {
                try check(atex_add_watch(number, path, events.rawValue))
            }
        } catch {
            close(number)
            throw error
        }
        return number
    }

    private static func makeTimer() throws(SystemError) -> Int32 {
        // Many processes may wait: let them not all look at the same time.
        let first = UInt32.random(in: 1...pollMilliseconds)
        return try check(atex_timer(first, pollMilliseconds))
    }

    /// Clears the events and returns whether there were any since the last call.
    package func clear() -> Bool { !drainEvents().isEmpty }

    /// Clears the events and returns those since the last call. A timer reports `modified`, because
    /// it does not know what has happened.
    package func drainEvents() -> Events {
        if isPolling {
            var count: UInt64 = 0
            return read(descriptorNumber, &count, 8) == 8 ? .modified : []
        }
        var happened: Events = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            // The descriptor is non-blocking: no events are an error.
            let count = read(descriptorNumber, &buffer, buffer.count)
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
