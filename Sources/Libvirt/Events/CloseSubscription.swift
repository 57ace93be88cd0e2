import CLibvirt

/// Why a connection was lost. C: `virConnectCloseReason`.
package enum CloseReason: Int32, Sendable {
    case error, endOfFile, keepAlive, client
}

/// A registered callback for the loss of a connection. It is removed when the subscription is
/// released.
package final class CloseSubscription: Sendable {
    private let connection: Connection

    fileprivate init(_ connection: Connection) { self.connection = connection }
    deinit { virConnectUnregisterCloseCallback(connection.pointer, closed) }
}

/// libvirt identifies the callback by its address when it is removed, so both calls pass this one.
private let closed: virConnectCloseFunc = { _, reason, context in
    EventHandler.call(context, CloseReason(rawValue: reason))
}

extension Connection {
    /// Calls `handle` on the event loop's thread when the connection is lost; the reason is `nil`
    /// if it is not known here. A connection can have
    /// one such subscription at a time. `nil` if no daemon serves the connection.
    /// C: `virConnectRegisterCloseCallback`.
    package func subscribe(
        toClose handle: @escaping @Sendable (CloseReason?) -> Void
    ) throws(LibvirtError) -> CloseSubscription? {
        // A driver without a daemon reports success but never frees the context.
        guard hasDaemon else { return nil }
        let context = EventHandler(handle).context
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
