import CSystem
import Glibc

/// Lets one thread, such as libvirt's event thread, wake another that waits. C: `eventfd`.
package final class Wakeup: Waitable {
    private let descriptor: FileDescriptor
    package var descriptorNumber: Int32 { descriptor.number }

    package init() throws(SystemError) {
        descriptor = FileDescriptor(owning: try check(atex_event_descriptor()))
    }

    /// Wakes the thread that waits, now or the next time it waits.
    package func wake() {
        var one: UInt64 = 1
        // Fails only if the counter is at its maximum, and then the descriptor is readable.
        write(descriptor.number, &one, 8)
    }

    /// Clears the event and returns whether it had happened since the last call.
    package func clear() -> Bool {
        var count: UInt64 = 0
        // One read resets the counter. EAGAIN: it was 0.
        return read(descriptor.number, &count, 8) == 8
    }
}
