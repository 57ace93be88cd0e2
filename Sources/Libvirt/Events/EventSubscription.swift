import CLibvirt
import Synchronization

/// The context of a C callback: holds the Swift closure that an event calls on the event loop's
/// thread.
final class EventHandler<Event: Sendable>: Sendable {
    let handle: @Sendable (Event) -> Void
    init(_ handle: @escaping @Sendable (Event) -> Void) { self.handle = handle }

    /// A pointer for C that owns a reference. If the registration succeeds, libvirt owns the
    /// pointer and calls `releaseEventHandler` after the last event. If it fails, libvirt does not
    /// call that, and the caller has to.
    var context: UnsafeMutableRawPointer { Unmanaged.passRetained(self).toOpaque() }

    /// Calls the handler that `context` points to. The type of `event` must be that of the handler.
    static func call(_ context: UnsafeMutableRawPointer?, _ event: Event) {
        guard let context else { return }
        // Unretained: the registration's reference stays until libvirt calls
        // `releaseEventHandler`.
        Unmanaged<EventHandler>.fromOpaque(context).takeUnretainedValue().handle(event)
    }
}

/// Releases the reference that `EventHandler.context` owns. It fits every handler: releasing needs
/// no type. C: `virFreeCallback`.
func releaseEventHandler(_ context: UnsafeMutableRawPointer?) {
    guard let context else { return }
    Unmanaged<AnyObject>.fromOpaque(context).release()
}

/// A registered callback. It is removed by `cancel()` or when the subscription is released. libvirt
/// may still deliver an event that is already under way.
package final class EventSubscription: Sendable {
    /// libvirt needs the connection to remove the callback.
    private let connection: Connection
    private let id: Int32
    private let remove: @Sendable (virConnectPtr, Int32) -> Int32
    private let isCancelled = Mutex(false)

    init(
        _ connection: Connection, _ id: Int32,
        _ remove: @escaping @Sendable (virConnectPtr, Int32) -> Int32
    ) {
        self.connection = connection
        self.id = id
        self.remove = remove
    }

    deinit {
        if !isCancelled.withLock({ $0 }) { _ = remove(connection.pointer, id) }
    }

    /// Removes the callback, and reports a failure, which a release cannot. Later calls do nothing.
    package func cancel() throws(LibvirtError) {
        let wasCancelled = isCancelled.withLock { isCancelled in
            defer { isCancelled = true }
            return isCancelled
        }
        guard !wasCancelled else { return }
        // Without the lock: the call may block until the daemon replies.
        try check(remove(connection.pointer, id))
    }
}

extension Connection {
    /// Makes a subscription of what a registration returned: the callback's ID, or -1 on failure.
    /// On failure this releases the handler, because libvirt does not.
    func subscription(
        _ id: Int32, _ context: UnsafeMutableRawPointer,
        _ remove: @escaping @Sendable (virConnectPtr, Int32) -> Int32
    ) throws(LibvirtError) -> EventSubscription {
        do throws(LibvirtError) {
            return EventSubscription(self, try check(id), remove)
        } catch {
            releaseEventHandler(context)
            throw error
        }
    }
}
