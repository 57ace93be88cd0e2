import CLibvirt
import Glibc

/// What is called, on the event loop's thread, when an event comes.
final class EventHandler<Event: Sendable>: Sendable {
    let handle: @Sendable (Event) -> Void
    init(_ handle: @escaping @Sendable (Event) -> Void) { self.handle = handle }

    /// What C hands back to its callback; the callback's end releases it.
    var context: UnsafeMutableRawPointer { Unmanaged.passRetained(self).toOpaque() }

    static func call(_ context: UnsafeMutableRawPointer?, _ event: Event) {
        guard let context else { return }
        Unmanaged<EventHandler>.fromOpaque(context).takeUnretainedValue().handle(event)
    }
}

/// Releases any handler.
func releaseEventHandler(_ context: UnsafeMutableRawPointer?) {
    guard let context else { return }
    Unmanaged<AnyObject>.fromOpaque(context).release()
}

/// A registered callback; letting go of it ends it.
package final class EventSubscription: Sendable {
    private let connection: Connection
    private let id: Int32
    private let remove: @Sendable (virConnectPtr, Int32) -> Int32
    nonisolated(unsafe) private var isOver = false

    init(
        _ connection: Connection, _ id: Int32,
        _ remove: @escaping @Sendable (virConnectPtr, Int32) -> Int32
    ) {
        self.connection = connection
        self.id = id
        self.remove = remove
    }

    deinit {
        if !isOver { _ = remove(connection.pointer, id) }
    }

    /// Ends it. To be called by the thread that made it.
    package func cancel() throws(LibvirtError) {
        guard !isOver else { return }
        isOver = true
        try check(remove(connection.pointer, id))
    }
}

extension Connection {
    /// What a registration gave, or its error; then nobody releases the handler but we.
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
