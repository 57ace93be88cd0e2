import CLibvirt

/// A registered callback for the loss of a connection. It is removed when the subscription is
/// released.
package final class CloseSubscription: Sendable {
    private let connection: Connection

    fileprivate init(_ connection: Connection) { self.connection = connection }
    deinit { virConnectUnregisterCloseCallback(connection.pointer, closed) }
}

/// libvirt identifies the callback by its address when it is removed, so both calls pass this one.
private let closed: virConnectCloseFunc = { _, _, context in EventHandler.call(context, ()) }

extension Connection {
    /// Calls `handle` on the event loop's thread when the connection is lost. A connection can have
    /// one such subscription at a time. `nil` if no daemon serves the connection.
    /// C: `virConnectRegisterCloseCallback`.
    package func subscribe(
        toClose handle: @escaping @Sendable () -> Void
    ) throws(LibvirtError) -> CloseSubscription? {
        // A driver without a daemon reports success but never frees the context.
        guard hasDaemon else { return nil }
        let context = EventHandler<Void> { handle() }.context
        do throws(LibvirtError) {
            try check(
                virConnectRegisterCloseCallback(pointer, closed, context, releaseEventHandler))
        } catch {
            releaseEventHandler(context)
            throw error
        }
        return CloseSubscription(self)
    }
}
