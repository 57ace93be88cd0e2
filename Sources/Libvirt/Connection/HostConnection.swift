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
    /// An attempt to connect that was given up, while its thread may still wait for the daemon.
    private var attempt: ConnectionAttempt?
    /// When the running request gives up an attempt to connect; see `opening`.
    private var deadline: ContinuousClock.Instant?

    package init(uri: String?, policy: Policy = .unconfined) {
        self.uri = uri
        self.policy = policy
    }

    /// A host to connect to, for another thread.
    package struct Target: Sendable {
        fileprivate let uri: String?
        fileprivate let policy: Policy
        /// The host of libvirt's test driver, which exists only in its connection.
        fileprivate let host: Connection?
    }

    package var target: Target {
        var host: Connection?
        if !Connection.mayBlock(uri) {
            // A failure is that of the request which then tries again.
            do throws(LibvirtError) { host = try open() } catch { LibvirtError.forgetReported() }
        }
        return Target(uri: uri, policy: policy, host: host)
    }

    /// A connection of its own to the same host.
    package convenience init(_ target: Target) {
        self.init(uri: target.uri, policy: target.policy)
        connection = target.host
    }

    /// The open connection, or a new one, for which it waits 30 s at most; see `opening`.
    package func open() throws(LibvirtError) -> Connection {
        if let connection, connection.isAlive { return connection }
        connection = nil
        let readOnly = policy.limits?.isReadOnly == true
        guard Connection.mayBlock(uri) else {
            let made = try Connection(uri, readOnly: readOnly, policy: policy)
            connection = made
            return made
        }
        let limit = Connection.openLimit(deadline)
        // Not another thread for each request while the daemon is frozen.
        let attempt =
            attempt.flatMap { $0.resume() ? $0 : nil }
            ?? ConnectionAttempt(uri, readOnly: readOnly, policy: policy)
        self.attempt = attempt
        let made = try attempt.wait(until: limit)
        self.attempt = nil
        connection = made
        return made
    }

    /// Runs `body`, in which opening a connection takes no longer than until `deadline`, or three
    /// seconds. For requests that have a time limit of their own; `nil` means none.
    package func opening<Value, Failure>(
        until deadline: ContinuousClock.Instant?, _ body: () throws(Failure) -> Value
    ) throws(Failure) -> Value {
        let outer = self.deadline
        self.deadline = [outer, deadline].compactMap { $0 }.min()
        defer { self.deadline = outer }
        return try body()
    }

    /// An action for a `Rollback`, which reconnects if the connection is lost by then; see
    /// `Connection.insisting`.
    package func rollbackAction(
        _ body: @escaping @Sendable (Connection) throws(LibvirtError) -> Void
    ) throws(LibvirtError) -> @Sendable () throws(LibvirtError) -> Void {
        // Captured now: this class belongs to one request's thread, and a rollback may run on
        // another.
        let (open, uri) = (try open(), uri)
        return { () throws(LibvirtError) in try open.insisting(uri: uri, body) }
    }

    /// As `open`, for a request that may name another URI.
    package func open(_ uri: String?, readOnly: Bool) throws(LibvirtError) -> Connection {
        // The session's own connection is writable; a read-only one has fewer permissions.
        if uri == self.uri, !readOnly { return try open() }
        return try Connection.open(uri, readOnly: readOnly, policy: policy, until: deadline)
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
                connection = try .open(uri, readOnly: false, policy: policy, until: end)
            } catch {
                guard error.isLoss, .now < end else { throw error }
                // A lost connection never recovers; the next turn opens a new one.
                connection = nil
                usleep(200_000)
            }
        }
    }
}
