import Host
import Libvirt

/// The way to the host: one connection, made when it is needed and made anew when it was lost.
package final class HostConnection {
    /// What the session was started with; `nil` means libvirt's default.
    let uri: String?
    private var connection: Connection?

    package init(uri: String?) { self.uri = uri }

    func open() throws(LibvirtError) -> Connection {
        if let connection, connection.isAlive { return connection }
        connection = nil
        let made = try Connection(uri)
        connection = made
        return made
    }

    /// What calls `body` with this connection, and as long as libvirt is away, because its daemon
    /// restarts, with new ones, for ten seconds: for what must be undone. That anything else fails is
    /// nobody's to hear of.
    func undoing(
        _ body: @escaping @Sendable (Connection) throws(LibvirtError) -> Void
    ) throws(LibvirtError) -> @Sendable () -> Void {
        let (open, uri) = (try open(), uri)
        return {
            let end = ContinuousClock.now + .seconds(10)
            var connection: Connection? = open
            while true {
                do throws(LibvirtError) {
                    if let connection { return try body(connection) }
                    connection = try Connection(uri)
                } catch {
                    guard error.isLoss, .now < end else { return }
                    connection = nil
                    pause(milliseconds: 200)
                }
            }
        }
    }

    /// As `open`, for a request that may name another host.
    func open(_ uri: String?, readOnly: Bool) throws(LibvirtError) -> Connection {
        if uri == self.uri, !readOnly { return try open() }
        return try Connection(uri, readOnly: readOnly)
    }
}
