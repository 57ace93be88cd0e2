import Glibc

/// An event that a thread can wait for together with others, see `waitForAny`.
package protocol Waitable: AnyObject, Sendable {
    /// A descriptor that becomes readable when the event happens. It stays open as long as the
    /// object.
    var descriptorNumber: Int32 { get }
}

/// Waits until one of the events has happened, or until the deadline (`nil`: forever). Returns
/// false at the deadline. Throws `.cancelled` if the thread's request is cancelled. Waiting uses no
/// processor time. C: `poll`.
package func waitForAny(
    of waitables: [any Waitable], until deadline: ContinuousClock.Instant?
) throws(SystemError) -> Bool {
    var polled = waitables.map(awaited) + cancellation
    while true {
        // Computed each time: after EINTR only the rest is left to wait.
        let left = deadline.map { millisecondsLeft(until: $0) } ?? -1
        let count = poll(&polled, nfds_t(polled.count), left)
        if count < 0, errno != EINTR { throw .last }
        try Cancellation.check()
        if count > 0 { return true }
        if left == 0 { return false }
    }
}

private func awaited(_ waitable: any Waitable) -> pollfd {
    pollfd(fd: waitable.descriptorNumber, events: Int16(POLLIN), revents: 0)
}

/// What wakes the thread if its request is cancelled.
private var cancellation: [pollfd] { Cancellation.current.map { [awaited($0.wakeup)] } ?? [] }

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
    /// Writes a piece of the bytes and returns its length; 0 if the reader has to read first. Does
    /// not block. C: `poll`, `write`.
    package func writeIfReady(_ bytes: ArraySlice<UInt8>) throws(SystemError) -> Int {
        var polled = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
        guard poll(&polled, 1, 0) == 1 else { return 0 }
        // pipe(7): up to 4096 bytes are written at once if the pipe is reported as writable.
        let piece = bytes.prefix(4096)
        let count = piece.withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
        if count < 0, errno != EAGAIN, errno != EINTR { throw .last }
        return max(0, count)
    }

    /// Writes all of a short piece, unless the reader has to read first; returns false then, and for
    /// a piece that may have to wait. Does not block. C: `poll`, `write`.
    package func writeAllIfReady(_ bytes: [UInt8]) throws(SystemError) -> Bool {
        // pipe(7): more could be written in parts.
        guard bytes.count <= 4096 else { return false }
        let count = try writeIfReady(bytes[...])
        guard count > 0 else { return false }
        try write(bytes[count...])
        return true
    }

    /// Waits until `writeIfReady` can write. Throws `.cancelled` if the thread's request is
    /// cancelled. C: `poll`.
    package func waitForRoom() throws(SystemError) {
        var polled = [pollfd(fd: number, events: Int16(POLLOUT), revents: 0)] + cancellation
        guard poll(&polled, nfds_t(polled.count), -1) >= 0 || errno == EINTR else { throw .last }
        try Cancellation.check()
    }

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
/// deadline is reached; it may also return early. Throws `.cancelled` if the thread's request is
/// cancelled. C: `poll`.
package func waitForAny(
    of sockets: [TCPSocket], or waitables: [any Waitable], until deadline: ContinuousClock.Instant
) throws(SystemError) {
    var polled = sockets.map(\.awaited)
    polled += waitables.map(awaited) + cancellation
    // A signal may end the call early: callers look at the clock and at all states anyway.
    guard
        poll(&polled, nfds_t(polled.count), millisecondsLeft(until: deadline)) >= 0
            || errno == EINTR
    else { throw .last }
    try Cancellation.check()
}

/// The time left for `poll`, rounded up so that it does not return just before the deadline.
package func millisecondsLeft(until deadline: ContinuousClock.Instant) -> Int32 {
    let left = ContinuousClock.now.duration(to: deadline).components
    guard left.seconds >= 0, left.attoseconds >= 0 else { return 0 }
    // 10^15 attoseconds are a millisecond.
    let part = (left.attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    return Int32(clamping: left.seconds * 1000 + part)
}
