import Glibc

/// A TCP connection to another host's or process's port. No call on it blocks.
package final class TCPSocket {
    package let descriptor: FileDescriptor
    private var isConnected = false

    /// Starts to connect. `address` is a numeric IPv4 or IPv6 address, with `%DEVICE` if it is
    /// link-local. C: `getaddrinfo`, `socket`, `connect`.
    package init(connectingTo address: String, port: UInt16) throws(SystemError) {
        var hints = addrinfo()
        // No names: a look-up would block.
        hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(address, String(port), &hints, &found) == 0, let found else {
            throw SystemError(number: EADDRNOTAVAIL)
        }
        defer { freeaddrinfo(found) }
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        descriptor = FileDescriptor(owning: try check(socket(found.pointee.ai_family, kind, 0)))
        // Send keystrokes at once, and notice a guest that vanished without closing.
        enable(Int32(IPPROTO_TCP), TCP_NODELAY)
        enable(SOL_SOCKET, SO_KEEPALIVE)
        guard
            connect(descriptor.number, found.pointee.ai_addr, found.pointee.ai_addrlen) == 0
                || errno == EINPROGRESS
        else { throw .last }
    }

    private func enable(_ level: Int32, _ option: Int32) {
        var on: Int32 = 1
        setsockopt(descriptor.number, level, option, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Whether the peer has accepted; throws if the attempt has failed.
    /// C: `getsockopt` with `SO_ERROR`, `getpeername`.
    package func hasConnected() throws(SystemError) -> Bool {
        if isConnected { return true }
        var number: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        // Reading the error clears it, so a failed attempt must not be asked twice.
        try check(getsockopt(descriptor.number, SOL_SOCKET, SO_ERROR, &number, &size))
        guard number == 0 else { throw SystemError(number: number) }
        var peer = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        // The error is 0 while connecting, too; a peer's name exists only afterwards.
        isConnected = withUnsafeMutablePointer(to: &peer) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getpeername(descriptor.number, $0, &length) == 0
            }
        }
        return isConnected
    }

    /// As above, but waits; false if the peer has not accepted in time.
    package func hasConnected(within time: Duration) throws(SystemError) -> Bool {
        let deadline = ContinuousClock.now + time
        while try !hasConnected() {
            guard .now < deadline else { return false }
            try waitForAny(of: [self], or: [], until: deadline)
        }
        return true
    }

    /// At most `limit` received bytes: empty at the end of the stream, `nil` if there are none yet.
    /// C: `recv`.
    package func receive(atMost limit: Int) throws(SystemError) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: limit)
        let count = recv(descriptor.number, &bytes, limit, Int32(MSG_DONTWAIT))
        if count >= 0 { return Array(bytes[..<count]) }
        if errno == EAGAIN || errno == EINTR { return nil }
        throw .last
    }

    /// For `poll`: a connecting socket becomes writable, a connected one readable.
    var awaited: pollfd {
        pollfd(
            fd: descriptor.number, events: Int16(isConnected ? POLLIN : POLLOUT), revents: 0)
    }
}
