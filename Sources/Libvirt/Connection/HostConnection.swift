import Glibc
package import Policy

/// The session's connection to libvirt: opened when it is first needed, and again after it was
/// lost.
package final class HostConnection {
    /// The URI that the session was started with; `nil` means libvirt's default.
    package let uri: String?
    /// What its connections show.
    package let policy: Policy
    private var connection: Connection?

    package init(uri: String?, policy: Policy = .unconfined) {
        self.uri = uri
        self.policy = policy
    }

    /// The open connection, or a new one.
    package func open() throws(LibvirtError) -> Connection {
        if let connection, connection.isAlive { return connection }
        connection = nil
        let made = try Connection(
            uri, readOnly: policy.limits?.isReadOnly == true, policy: policy)
        connection = made
        return made
    }

    /// An action for a `Rollback`, which reconnects if the connection is lost by then; see
    /// `Connection.insisting`.
    package func rollbackAction(
        _ body: @escaping @Sendable (Connection) throws(LibvirtError) -> Void
    ) throws(LibvirtError) -> @Sendable () throws(LibvirtError) -> Void {
        // Captured now: this class belongs to the main thread, and a rollback may run on another.
        let (open, uri) = (try open(), uri)
        return { () throws(LibvirtError) in try open.insisting(uri: uri, body) }
    }

    /// As `open`, for a request that may name another URI.
    package func open(_ uri: String?, readOnly: Bool) throws(LibvirtError) -> Connection {
        // The session's own connection is writable; a read-only one has fewer permissions.
        if uri == self.uri, !readOnly { return try open() }
        return try Connection(uri, readOnly: readOnly, policy: policy)
    }
}

extension Connection {
    /// How long a step that must not stay half done waits for a daemon that is away: longer than
    /// the minute for which a host that is being updated may be without one.
    package static let absenceLimit = Duration.seconds(75)

    /// Runs `body` with this connection. If the connection is lost, retries with new connections
    /// to `uri` for up to `absenceLimit`. For steps that must not stay half done, such as a
    /// rollback.
    package func insisting(
        uri: String?, _ body: (Connection) throws(LibvirtError) -> Void
    ) throws(LibvirtError) {
        let end = ContinuousClock.now + Self.absenceLimit
        var connection: Connection? = self
        while true {
            do throws(LibvirtError) {
                if let connection { return try body(connection) }
                connection = try Connection(uri, policy: policy)
            } catch {
                guard error.isLoss, .now < end else { throw error }
                // A lost connection never recovers; the next turn opens a new one.
                connection = nil
                usleep(200_000)
            }
        }
    }
}
