import CHost
import Glibc
import Synchronization

/// Something whose happening a thread can wait for, among others: see `waitForAny`.
package protocol Waitable: AnyObject, Sendable {
    /// Readable once it happened.
    var descriptor: Int32 { get }
}

/// Lets other threads, e.g. that of libvirt's events, wake one that waits. C: `eventfd`.
package final class Wakeup: Waitable {
    package let descriptor: Int32

    package init() throws(SystemError) {
        descriptor = atex_event_descriptor()
        guard descriptor >= 0 else { throw .last }
    }

    deinit { close(descriptor) }

    /// Wakes who waits, or who will.
    package func wake() {
        var one: UInt64 = 1
        write(descriptor, &one, 8)
    }

    /// Whether it was woken since this was asked last.
    package func take() -> Bool {
        var count: UInt64 = 0
        return read(descriptor, &count, 8) == 8
    }
}

/// Tells when something happens to a file or in a directory. C: `inotify`.
package final class PathWatch: Waitable {
    package struct Events: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        /// Somebody who could write to it closed it, be it by their death.
        package static let closedByWriter = Self(rawValue: atex_closed_by_writer)
        /// A file of the directory was removed.
        package static let deleted = Self(rawValue: atex_deleted)
        package static let modified = Self(rawValue: atex_modified)
        /// A file came into the directory.
        package static let created = Self(rawValue: atex_created)
        /// The file itself got another name.
        package static let renamed = Self(rawValue: atex_renamed)
    }

    package let descriptor: Int32
    private static let headerSize = MemoryLayout<inotify_event>.size

    package init(_ path: String, _ events: Events) throws(SystemError) {
        descriptor = atex_watch(path, events.rawValue)
        guard descriptor >= 0 else { throw .last }
    }

    deinit { close(descriptor) }

    /// Whether anything happened since this was asked last.
    package func take() -> Bool { !takeEvents().isEmpty }

    /// What happened since this was asked last.
    package func takeEvents() -> Events {
        var happened: Events = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { return happened }
            buffer[..<count].withUnsafeBytes { bytes in
                var offset = 0
                // A header, and a name of so many bytes behind it.
                while offset + Self.headerSize <= bytes.count {
                    let header = bytes.loadUnaligned(
                        fromByteOffset: offset, as: inotify_event.self)
                    happened.formUnion(Events(rawValue: header.mask))
                    offset += Self.headerSize + Int(header.len)
                }
            }
        }
    }
}

/// Waits until one of them happened, or the time is over (`nil`: never); whether one happened.
/// It costs nothing meanwhile. C: `poll`.
package func waitForAny(
    of waitables: [any Waitable], until deadline: ContinuousClock.Instant?
) throws(SystemError) -> Bool {
    var polled = waitables.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
    while true {
        let left = deadline.map { millisecondsLeft(until: $0) } ?? -1
        let count = poll(&polled, nfds_t(polled.count), left)
        if count > 0 { return true }
        if count < 0, errno != EINTR { throw .last }
        if left == 0 { return false }
    }
}

/// Rounded up, as `poll` wants it.
package func millisecondsLeft(until deadline: ContinuousClock.Instant) -> Int32 {
    let left = ContinuousClock.now.duration(to: deadline).components
    guard left.seconds >= 0, left.attoseconds >= 0 else { return 0 }
    let part = (left.attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    return Int32(clamping: left.seconds * 1000 + part)
}
