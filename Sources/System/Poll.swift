import Glibc

/// An event that a thread can wait for together with others, see `waitForAny`.
package protocol Waitable: AnyObject, Sendable {
    /// A descriptor that becomes readable when the event happens. It stays open as long as the
    /// object.
    var descriptorNumber: Int32 { get }
}

/// Waits until one of the events has happened, or until the deadline (`nil`: forever). Returns
/// false at the deadline. Waiting uses no processor time. C: `poll`.
package func waitForAny(
    of waitables: [any Waitable], until deadline: ContinuousClock.Instant?
) throws(SystemError) -> Bool {
    var polled = waitables.map {
        pollfd(fd: $0.descriptorNumber, events: Int16(POLLIN), revents: 0)
    }
    while true {
        // Computed each time: after EINTR only the rest is left to wait.
        let left = deadline.map { millisecondsLeft(until: $0) } ?? -1
        let count = poll(&polled, nfds_t(polled.count), left)
        if count > 0 { return true }
        if count < 0, errno != EINTR { throw .last }
        if left == 0 { return false }
    }
}

extension FileDescriptor {
    /// Waits until reading would not block, also because the input has ended. Returns false at the
    /// deadline. C: `poll`.
    package func waitForInput(
        until deadline: ContinuousClock.Instant
    ) throws(SystemError) -> Bool {
        var polled = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
        while true {
            let left = millisecondsLeft(until: deadline)
            let count = poll(&polled, 1, left)
            if count > 0 { return true }
            if count < 0, errno != EINTR { throw .last }
            if left == 0 { return false }
        }
    }
}

extension FileDescriptor {
    /// Writes a short text, unless its reader has to read first; errors do not count. For notices,
    /// which must not block. C: `poll`, `write`.
    package func writeIfReady(_ text: String) {
        var polled = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
        // pipe(7): up to 4096 bytes are written at once if the pipe is reported as writable.
        let bytes = Array(text.utf8.prefix(4096))
        if poll(&polled, 1, 0) == 1 { Glibc.write(number, bytes, bytes.count) }
    }
}

/// Waits until one of the sockets can make progress, one of the events has happened, or the
/// deadline is reached; it may also return early. C: `poll`.
package func waitForAny(
    of sockets: [TCPSocket], or waitables: [any Waitable], until deadline: ContinuousClock.Instant
) throws(SystemError) {
    var polled = sockets.map(\.awaited)
    polled += waitables.map {
        pollfd(fd: $0.descriptorNumber, events: Int16(POLLIN), revents: 0)
    }
    // A signal may end the call early: callers look at the clock and at all states anyway.
    guard
        poll(&polled, nfds_t(polled.count), millisecondsLeft(until: deadline)) >= 0
            || errno == EINTR
    else { throw .last }
}

/// The time left for `poll`, rounded up so that it does not return just before the deadline.
package func millisecondsLeft(until deadline: ContinuousClock.Instant) -> Int32 {
    let left = ContinuousClock.now.duration(to: deadline).components
    guard left.seconds >= 0, left.attoseconds >= 0 else { return 0 }
    // 10^15 attoseconds are a millisecond.
    let part = (left.attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    return Int32(clamping: left.seconds * 1000 + part)
}
