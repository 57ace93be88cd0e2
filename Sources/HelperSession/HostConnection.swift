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

    /// What undoes something, be it by another connection; see `Connection.insisting`.
    func undoing(
        _ body: @escaping @Sendable (Connection) throws(LibvirtError) -> Void
    ) throws(LibvirtError) -> @Sendable () -> Void {
        let (open, uri) = (try open(), uri)
        return {
            do throws(LibvirtError) { try open.insisting(uri: uri, body) } catch {
                // There is nobody to tell: what failed before is what the client hears of.
            }
        }
    }

    /// As `open`, for a request that may name another host.
    func open(_ uri: String?, readOnly: Bool) throws(LibvirtError) -> Connection {
        if uri == self.uri, !readOnly { return try open() }
        return try Connection(uri, readOnly: readOnly)
    }
}
