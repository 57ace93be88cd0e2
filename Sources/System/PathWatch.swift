import CSystem
import Glibc

/// Reports events of a file or directory. C: `inotify`.
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

    private static let headerSize = MemoryLayout<inotify_event>.size

    package init(_ path: String, _ events: Events) throws(SystemError) {
        descriptor = FileDescriptor(owning: try check(atex_watch(path, events.rawValue)))
    }

    /// Clears the events and returns whether there were any since the last call.
    package func clear() -> Bool { !drainEvents().isEmpty }

    /// Clears the events and returns those since the last call.
    package func drainEvents() -> Events {
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
