/// Why a session has ended.
package enum SessionEnd: String, Sendable {
    /// The client closed its end of the input, or its only command has ended.
    case inputEnded = "input-ended"
    /// The client does not read any more.
    case disconnected
    case signal
    /// The client has disconnected, and none of its leases is left.
    case leaseEnded = "lease-ended"
    case idleTimeout = "idle-timeout"
    case maxSession = "max-session"
    /// The session could not continue.
    case failed
}

/// How long a session may last, in seconds; 0: no limit.
package struct SessionLimits: Sendable {
    /// Without a request.
    package let idle: Int
    /// From its start.
    package let total: Int

    package init(idle: Int, total: Int) {
        self.idle = idle
        self.total = total
    }

    package static let none = SessionLimits(idle: 0, total: 0)

    /// Which limit is exceeded; `nil` if none is. `idleSince` is `nil` while a request runs.
    func exceeded(
        start: ContinuousClock.Instant, idleSince: ContinuousClock.Instant?,
        now: ContinuousClock.Instant
    ) -> SessionEnd? {
        if total > 0, now - start >= .seconds(total) { return .maxSession }
        if idle > 0, let idleSince, now - idleSince >= .seconds(idle) { return .idleTimeout }
        return nil
    }

    /// How long to wait before `exceeded` can have another result; `nil`: forever.
    func wait(
        start: ContinuousClock.Instant, idleSince: ContinuousClock.Instant?,
        now: ContinuousClock.Instant
    ) -> Duration? {
        var waits: [Duration] = []
        if total > 0 { waits.append(.seconds(total) - (now - start)) }
        // During a request: when it could be over and followed by that much silence.
        if idle > 0 { waits.append(.seconds(idle) - (now - (idleSince ?? now))) }
        return waits.min().map { max($0, .zero) }
    }
}
