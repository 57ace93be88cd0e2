import Glibc

/// A TCP connection to somebody else's port; no call on it blocks.
package final class TCPSocket {
    let descriptor: Int32
    private var isConnected = false

    /// Begins to connect. `address` is a number, IPv4 or IPv6, with `%DEVICE` where it needs one.
    /// C: `getaddrinfo`, `socket`, `connect`.
    package init(connectingTo address: String, port: UInt16) throws(SystemError) {
        var hints = addrinfo()
        hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(address, String(port), &hints, &found) == 0, let found else {
            throw SystemError(number: EADDRNOTAVAIL)
        }
        defer { freeaddrinfo(found) }
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        descriptor = socket(found.pointee.ai_family, kind, 0)
        guard descriptor >= 0 else { throw .last }
        // A keystroke goes at once, and a guest that is gone without a word is noticed.
        enable(Int32(IPPROTO_TCP), TCP_NODELAY)
        enable(SOL_SOCKET, SO_KEEPALIVE)
        guard
            connect(descriptor, found.pointee.ai_addr, found.pointee.ai_addrlen) == 0
                || errno == EINPROGRESS
        else { throw .last }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    private func enable(_ level: Int32, _ option: Int32) {
        var on: Int32 = 1
        setsockopt(descriptor, level, option, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Whether the other side has accepted; an error where it never will.
    /// C: `getsockopt` with `SO_ERROR`, `getpeername`.
    package func hasConnected() throws(SystemError) -> Bool {
        if isConnected { return true }
        var number: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &number, &size) == 0 else { throw .last }
        guard number == 0 else { throw SystemError(number: number) }
        var peer = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        isConnected = withUnsafeMutablePointer(to: &peer) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getpeername(descriptor, $0, &length) == 0
            }
        }
        return isConnected
    }

    /// As above, waiting for it.
    package func hasConnected(within time: Duration) throws(SystemError) -> Bool {
        let deadline = ContinuousClock.now + time
        while try !hasConnected() {
            guard .now < deadline else { return false }
            try waitForAny(of: [self], or: [], until: deadline)
        }
        return true
    }

    /// At most so many bytes that have come; none at the end of what comes, `nil` where there are
    /// none yet. C: `recv`.
    package func receive(atMost limit: Int) throws(SystemError) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: limit)
        let count = recv(descriptor, &bytes, limit, Int32(MSG_DONTWAIT))
        if count >= 0 { return Array(bytes[..<count]) }
        if errno == EAGAIN || errno == EINTR { return nil }
        throw .last
    }

    fileprivate var awaited: pollfd {
        pollfd(fd: descriptor, events: Int16(isConnected ? POLLIN : POLLOUT), revents: 0)
    }
}

/// Waits until one of the sockets has got further, something happened, or the time is over.
/// C: `poll`.
package func waitForAny(
    of sockets: [TCPSocket], or waitables: [any Waitable], until deadline: ContinuousClock.Instant
) throws(SystemError) {
    var polled = sockets.map(\.awaited)
    polled += waitables.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
    // Who waits looks at the clock anyway.
    guard
        poll(&polled, nfds_t(polled.count), millisecondsLeft(until: deadline)) >= 0
            || errno == EINTR
    else { throw .last }
}
