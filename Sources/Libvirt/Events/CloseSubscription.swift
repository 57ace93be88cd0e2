import CLibvirt

/// A registered wait for a connection's end; letting go of it ends it.
package final class CloseSubscription: Sendable {
    private let connection: Connection

    fileprivate init(_ connection: Connection) { self.connection = connection }
    deinit { virConnectUnregisterCloseCallback(connection.pointer, closed) }
}

private let closed: virConnectCloseFunc = { _, _, context in EventHandler.call(context, ()) }

extension Connection {
    /// Calls `handle`, on the event loop's thread, when the other side goes; one at a time can
    /// wait for that. `nil` where the driver has no other side.
    /// C: `virConnectRegisterCloseCallback`.
    package func subscribe(
        toClose handle: @escaping @Sendable () -> Void
    ) throws(LibvirtError) -> CloseSubscription? {
        // A driver without it takes the callback all the same, and never gives it back.
        guard hasOtherSide else { return nil }
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
